#pragma once

#include <algorithm>
#include <cstdint>

#include "normalizers/bytes/bytes.h"

/// Adaptive binary range coding, as in LZMA: each bit costs what it was expected to.
namespace normalize::store {

/// How likely a bit is to be 0, in parts of 65536, learned from the bits before.
using Chance = std::uint16_t;
inline constexpr Chance kEvenChance = 1U << 15;
/// What seldom happens is still possible.
inline constexpr std::uint32_t kLeastChance = 24, kMostChance = 65536 - kLeastChance;

inline void learn(Chance& chance, bool bit, unsigned slowness) {
  if (bit)
    chance = static_cast<Chance>(chance - (chance >> slowness));
  else
    chance = static_cast<Chance>(chance + ((65535U - chance) >> slowness));
}

inline std::uint32_t bound_of(std::uint32_t range, std::uint32_t chance) {
  const std::uint32_t likely = std::clamp(chance, kLeastChance, kMostChance);
  return static_cast<std::uint32_t>(std::uint64_t{range} * likely >> 16);
}

inline constexpr std::uint32_t kLeastRange = std::uint32_t{1} << 24;

class RangeEncoder {
 public:
  void put(bool bit, std::uint32_t chance) {
    const std::uint32_t bound = bound_of(range_, chance);
    if (bit) {
      low_ += bound;
      range_ -= bound;
    } else {
      range_ = bound;
    }
    while (range_ < kLeastRange) {
      range_ <<= 8;
      shift();
    }
  }

  Bytes finish() && {
    for (int i = 0; i < 5; ++i) shift();
    while (!bytes_.empty() && bytes_.back() == std::byte{0}) bytes_.pop_back();
    return std::move(bytes_);
  }

 private:
  /// A carry may still reach the bytes that are held back: one, and a run of 0xff behind it.
  void shift() {
    if (low_ < 0xff00'0000 || low_ > 0xffff'ffff) {
      const auto carry = static_cast<std::uint8_t>(low_ >> 32);
      if (has_held_) bytes_.push_back(static_cast<std::byte>(held_ + carry));
      bytes_.insert(bytes_.end(), full_, static_cast<std::byte>(0xff + carry));
      full_ = 0;
      held_ = static_cast<std::uint8_t>(low_ >> 24);
      has_held_ = true;
    } else {
      ++full_;
    }
    low_ = (low_ & 0x00ff'ffff) << 8;
  }

  Bytes bytes_;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xffff'ffff;
  std::uint8_t held_ = 0;
  bool has_held_ = false;
  std::size_t full_ = 0;
};

/// Behind the end of its bytes it reads zeros: damage shows in a digest of what comes out.
class RangeDecoder {
 public:
  explicit RangeDecoder(ByteView bytes) : bytes_(bytes) {
    for (int i = 0; i < 4; ++i) code_ = code_ << 8 | next();
  }

  bool take(std::uint32_t chance) {
    const std::uint32_t bound = bound_of(range_, chance);
    const bool bit = code_ >= bound;
    if (bit) {
      code_ -= bound;
      range_ -= bound;
    } else {
      range_ = bound;
    }
    while (range_ < kLeastRange) {
      range_ <<= 8;
      code_ = code_ << 8 | next();
    }
    return bit;
  }

 private:
  std::uint32_t next() {
    return at_ < bytes_.size() ? std::to_integer<std::uint32_t>(bytes_[at_++]) : 0;
  }

  const ByteView bytes_;
  std::size_t at_ = 0;
  std::uint32_t range_ = 0xffff'ffff, code_ = 0;
};

}  // namespace normalize::store
