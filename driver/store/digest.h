#pragma once

#include <array>
#include <compare>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"
#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/reader.h"

namespace normalize::store {

/// SHA-256 of an object's bytes, which names it.
struct Digest {
  static constexpr std::size_t kSize = 32;
  std::array<std::byte, kSize> bytes{};

  static Digest from(ByteView view) {
    Digest digest;
    std::ranges::copy(view.first(kSize), digest.bytes.begin());
    return digest;
  }
  static Digest take(Reader& in, std::string_view what) { return from(in.take(kSize, what)); }
  static Digest of(ByteView content) {
    RunningDigest running;
    running.add(content);
    return from(running.finish());
  }
  /// Unset where the text is not 64 digits in lower case.
  static std::optional<Digest> parse(std::string_view hex);

  std::string hex() const { return hexadecimal(bytes); }
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// Its bytes are as good as random.
struct DigestHash {
  std::size_t operator()(const Digest& digest) const {
    std::size_t hash;
    std::memcpy(&hash, digest.bytes.data(), sizeof hash);
    return hash;
  }
};

inline std::optional<Digest> Digest::parse(std::string_view hex) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (hex.size() != 2 * kSize) return std::nullopt;
  Digest digest;
  for (std::size_t i = 0; i < kSize; ++i) {
    const std::size_t high = kDigits.find(hex[2 * i]), low = kDigits.find(hex[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    digest.bytes[i] = static_cast<std::byte>(high << 4 | low);
  }
  return digest;
}

}  // namespace normalize::store
