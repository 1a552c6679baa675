#pragma once

#include <concepts>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize {

/// Builds a Content from front to back: small things are copied in, large ones carried over as
/// views.
class Writer {
 public:
  /// Copies `bytes`.
  void bytes(ByteView bytes);
  void text(std::string_view text) { bytes(as_bytes(text)); }
  void byte(std::uint8_t value) {
    const auto raw = static_cast<std::byte>(value);
    bytes(ByteView(&raw, 1));
  }
  void zeros(std::size_t count);

  template <std::unsigned_integral T>
  void little_endian(T value) {
    std::byte field[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) field[i] = static_cast<std::byte>(value >> (8 * i));
    bytes(field);
  }

  template <std::unsigned_integral T>
  void big_endian(T value) {
    std::byte field[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
      field[i] = static_cast<std::byte>(value >> (8 * (sizeof(T) - 1 - i)));
    bytes(field);
  }

  /// Puts a view of `input` in place: nothing is copied, and `input` has to outlive the content.
  void carry(ByteView input);
  /// Puts `content` in place, sharing what it owns.
  void carry(const Content& content);

  /// Bytes written so far, carried ones included.
  std::uint64_t size() const { return content_.size(); }
  /// A copy of what was written from position `start` on.
  Bytes written_since(std::uint64_t start) const;

  Content finish() && { return std::move(content_); }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{16} << 10;

  Content content_;
  Room room_;  // what is left of a block
};

}  // namespace normalize
