#pragma once

#include "normalizers/bytes/reader.h"

/// Numbers as the store has them: seven bits a byte, the lowest first, the eighth bit set in all
/// but the last.
namespace normalize::store {

inline void append_number(Bytes& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::byte>(value | 0x80));
  out.push_back(static_cast<std::byte>(value));
}

/// Small ones of either sign stay short: 0, -1, 1, -2, 2 ...
inline void append_signed(Bytes& out, std::int64_t value) {
  const auto sign = static_cast<std::uint64_t>(value >> 63);
  append_number(out, (static_cast<std::uint64_t>(value) << 1) ^ sign);
}

/// Throws FormatError where there is none, or one of more than 64 bits.
inline std::uint64_t take_number(Reader& in, std::string_view what) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = in.byte(what);
    if (shift == 63 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  in.fail(std::string(what) + ": a number of more than 64 bits");
}

inline std::int64_t take_signed(Reader& in, std::string_view what) {
  const std::uint64_t value = take_number(in, what);
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

}  // namespace normalize::store
