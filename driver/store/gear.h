#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace normalize::store {

/// 256 numbers that look random: SplitMix64 from 0 on (S. Vigna). Part of the format: what is cut
/// by them today is to be cut alike tomorrow.
inline constexpr std::array<std::uint64_t, 256> kGearNumbers = [] {
  std::array<std::uint64_t, 256> numbers{};
  std::uint64_t state = 0;
  for (std::uint64_t& number : numbers) {
    std::uint64_t z = state += 0x9e37'79b9'7f4a'7c15;
    z = (z ^ z >> 30) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ z >> 27) * 0x94d0'49bb'1331'11eb;
    number = z ^ z >> 31;
  }
  return numbers;
}();

/// A hash of the last 64 bytes; of its upper bits, the last few count most (W. Xia et al., Ddelta,
/// 2014).
class Gear {
 public:
  std::uint64_t add(std::byte byte) {
    return hash_ = (hash_ << 1) + kGearNumbers[std::to_integer<std::size_t>(byte)];
  }

 private:
  std::uint64_t hash_ = 0;
};

}  // namespace normalize::store
