#pragma once

#include <cstdint>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// Appends bits to bytes, the lowest first: RFC 1951 section 3.1.1.
class BitWriter {
 public:
  /// `out` outlives it, and gets the last bits by align().
  explicit BitWriter(Bytes& out) : out_(out) {}

  /// Up to 32 bits, all others of `value` being 0.
  void put(std::uint32_t value, unsigned count) {
    bits_ |= std::uint64_t{value} << held_;
    held_ += count;
    if (held_ >= 32) flush(4);
  }
  bool is_aligned() const { return held_ % 8 == 0; }
  /// Fills the last byte with zeros and hands over all there is.
  void align() {
    held_ = (held_ + 7) / 8 * 8;
    flush(held_ / 8);
  }

 private:
  void flush(unsigned count) {
    for (unsigned i = 0; i < count; ++i, bits_ >>= 8)
      out_.push_back(static_cast<std::byte>(bits_ & 0xff));
    held_ -= 8 * count;
  }

  Bytes& out_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

}  // namespace normalize
