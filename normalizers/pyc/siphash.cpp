#include "normalizers/pyc/siphash.h"

#include <bit>

namespace normalize::pyc {
namespace {

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
  return value;
}

/// Section 2.2.
struct State {
  std::uint64_t v0, v1, v2, v3;

  void rounds(unsigned count) {
    while (count-- > 0) {
      v0 += v1;
      v2 += v3;
      v1 = std::rotl(v1, 13) ^ v0;
      v3 = std::rotl(v3, 16) ^ v2;
      v0 = std::rotl(v0, 32);
      v2 += v1;
      v0 += v3;
      v1 = std::rotl(v1, 17) ^ v2;
      v3 = std::rotl(v3, 21) ^ v0;
      v2 = std::rotl(v2, 32);
    }
  }
};

}  // namespace

std::uint64_t siphash(unsigned compression, unsigned finalization, std::uint64_t key0,
                      std::uint64_t key1, ByteView input) {
  State state{key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d, key0 ^ 0x6c7967656e657261,
              key1 ^ 0x7465646279746573};
  const auto absorb = [&](std::uint64_t word) {
    state.v3 ^= word;
    state.rounds(compression);
    state.v0 ^= word;
  };
  const std::size_t whole = input.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) absorb(little_endian(input.subspan(i, 8)));
  // The last word holds what is left, and the length's low byte on top.
  absorb(little_endian(input.subspan(whole)) | std::uint64_t{input.size() & 0xff} << 56);
  state.v2 ^= 0xff;
  state.rounds(finalization);
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace normalize::pyc
