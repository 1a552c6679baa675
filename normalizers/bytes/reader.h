#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"
#include "normalizers/error.h"

namespace normalize {

/// A cursor over bytes that nobody vouches for. Every read names its field and throws FormatError
/// where the bytes do not reach; what comes back are views into the input.
class Reader {
 public:
  /// `base` is where `bytes` begins within the file: offsets in messages count from the file's
  /// start.
  explicit Reader(ByteView bytes, std::size_t base = 0) : bytes_(bytes), base_(base) {}

  /// The next `count` bytes.
  ByteView take(std::uint64_t count, std::string_view what) {
    // `count` is the file's own claim: compared with what is left, since a sum could wrap.
    if (count > remaining())
      fail(std::string(what) + " needs " + std::to_string(count) + " bytes, " +
           std::to_string(remaining()) + " are left");
    const ByteView taken = bytes_.subspan(offset_, static_cast<std::size_t>(count));
    offset_ += static_cast<std::size_t>(count);
    return taken;
  }

  std::uint8_t byte(std::string_view what) {
    return std::to_integer<std::uint8_t>(take(1, what)[0]);
  }

  template <std::unsigned_integral T>
  T little_endian(std::string_view what) {
    const ByteView field = take(sizeof(T), what);
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value = static_cast<T>(value | static_cast<T>(std::to_integer<T>(field[i]) << (8 * i)));
    return value;
  }

  template <std::unsigned_integral T>
  T big_endian(std::string_view what) {
    const ByteView field = take(sizeof(T), what);
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
      value = static_cast<T>(
          value | static_cast<T>(std::to_integer<T>(field[i]) << (8 * (sizeof(T) - 1 - i))));
    return value;
  }

  /// Everything up to and with the next NUL.
  ByteView zero_terminated(std::string_view what) {
    const auto left = rest();
    const auto nul = std::ranges::find(left, std::byte{0});
    if (nul == left.end()) fail(std::string(what) + " has no terminating NUL");
    return take(static_cast<std::size_t>(nul - left.begin()) + 1, what);
  }

  /// Passes over bytes that have to be `expected`.
  void expect(ByteView expected, std::string_view what) {
    const std::size_t start = offset_;
    if (equal(take(expected.size(), what), expected)) return;
    offset_ = start;
    fail(std::string(what) + " is not what the format prescribes");
  }

  /// A cursor of its own over the next `count` bytes, which this one passes over.
  Reader region(std::uint64_t count, std::string_view what) {
    const std::size_t start = offset();
    return Reader(take(count, what), start);
  }

  /// All that is left; the cursor stays where it is.
  ByteView rest() const { return bytes_.subspan(offset_); }
  std::size_t remaining() const { return bytes_.size() - offset_; }
  /// Where the cursor stands, counted from the start of the file.
  std::size_t offset() const { return base_ + offset_; }

  [[noreturn]] void fail(const std::string& problem) const { throw FormatError(offset(), problem); }

 private:
  ByteView bytes_;
  std::size_t base_;
  std::size_t offset_ = 0;
};

}  // namespace normalize
