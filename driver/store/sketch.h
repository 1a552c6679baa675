#pragma once

#include <array>
#include <cstdint>

#include "normalizers/bytes/bytes.h"
#include "normalizers/bytes/reader.h"

namespace normalize::store {

/// A few numbers that two files have in common where they have much of their content in common,
/// wherever it stands in them: the largest of several hashes over runs of 32 bytes (A. Broder, On
/// the resemblance and containment of documents, 1997). A small file has none.
struct Sketch {
  static constexpr std::size_t kFeatures = 6;
  std::array<std::uint32_t, kFeatures> features{};  // all 0 where there are none

  static Sketch of(ByteView content);

  bool empty() const { return *this == Sketch{}; }
  /// How many of them agree.
  unsigned likeness(const Sketch& other) const;

  void append_to(Bytes& out) const;
  /// Throws FormatError.
  static Sketch take(Reader& in);

  friend bool operator==(const Sketch&, const Sketch&) = default;
};

}  // namespace normalize::store
