#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// How many of a file's first bytes every format can count on when it decides.
inline constexpr std::size_t kHeadBytes = 4096;

/// The bytes of one file or member, unpacked no further than somebody asks. What comes back are
/// views that stay good as long as the source.
class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  virtual std::uint64_t size() = 0;
  /// The first kHeadBytes, or all where there are fewer. Throws as all() does.
  virtual ByteView head() = 0;
  /// The last `count` bytes, or all where there are fewer. Throws as all() does.
  virtual ByteView tail(std::size_t count) = 0;
  /// Whether tail() and all() cost unpacking a whole member, which no guess is worth.
  virtual bool packed() const { return false; }
  /// Throws FormatError where they cannot be unpacked, LimitError where they are too many, and
  /// std::system_error where the system refuses.
  virtual ByteView all() = 0;
};

/// Bytes that are at hand.
class WholeSource final : public Source {
 public:
  explicit WholeSource(ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() override { return bytes_.size(); }
  ByteView head() override { return bytes_.first(std::min(bytes_.size(), kHeadBytes)); }
  ByteView tail(std::size_t count) override { return bytes_.last(std::min(bytes_.size(), count)); }
  ByteView all() override { return bytes_; }

 private:
  ByteView bytes_;
};

}  // namespace normalize
