// FIPS 202: the sponge of section 4 over Keccak-f[1600] of section 3, by the names it has there.

#include "normalizers/bytes/sha3.h"

#include <bit>

namespace normalize {
namespace {

using Lanes = std::array<std::uint64_t, 25>;  // A[x, y] at x + 5 * y

constexpr std::size_t kRounds = 24;

/// Section 3.2.5, algorithm 5: the bits of a shift register, one for each power of two.
constexpr std::array<std::uint64_t, kRounds> round_constants() {
  std::array<std::uint64_t, kRounds> constants{};
  std::uint8_t shifted = 1;
  for (std::uint64_t& constant : constants)
    for (unsigned j = 0; j <= 6; ++j) {
      if (shifted & 1) constant |= std::uint64_t{1} << ((1U << j) - 1);
      shifted = static_cast<std::uint8_t>(shifted << 1 ^ (shifted & 0x80 ? 0x71 : 0));
    }
  return constants;
}
constexpr auto kRoundConstants = round_constants();

void theta(Lanes& a) {
  std::array<std::uint64_t, 5> c{};
  for (std::size_t i = 0; i < a.size(); ++i) c[i % 5] ^= a[i];
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] ^= c[(i % 5 + 4) % 5] ^ std::rotl(c[(i % 5 + 1) % 5], 1);
}

/// Both steps move one lane to the next place of one way through all but A[0, 0].
void rho_and_pi(Lanes& a) {
  std::size_t x = 1, y = 0;
  std::uint64_t moving = a[1];
  for (int t = 0; t < 24; ++t) {
    const std::size_t next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
    std::swap(moving, a[x + 5 * y]);
    a[x + 5 * y] = std::rotl(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
  }
}

void chi(Lanes& a) {
  for (std::size_t row = 0; row < a.size(); row += 5) {
    const std::array<std::uint64_t, 5> was{a[row], a[row + 1], a[row + 2], a[row + 3], a[row + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[row + x] ^= ~was[(x + 1) % 5] & was[(x + 2) % 5];
  }
}

void permute(Lanes& a) {
  for (const std::uint64_t constant : kRoundConstants) {
    theta(a);
    rho_and_pi(a);
    chi(a);
    a[0] ^= constant;
  }
}

}  // namespace

void Sha3::add_byte(std::uint8_t byte) {
  lanes_[at_ / 8] ^= std::uint64_t{byte} << (at_ % 8 * 8);
  if (++at_ < rate()) return;
  permute(lanes_);
  at_ = 0;
}

void Sha3::add(ByteView bytes) {
  for (const std::byte byte : bytes) add_byte(std::to_integer<std::uint8_t>(byte));
}

Bytes Sha3::finish() {
  // Section 6.1: 01 and, by section 5.1, 1, zeros, 1.
  lanes_[at_ / 8] ^= std::uint64_t{6} << (at_ % 8 * 8);
  lanes_[rate() / 8 - 1] ^= std::uint64_t{1} << 63;
  permute(lanes_);
  Bytes digest;
  for (std::size_t i = 0; i < digest_bytes_; ++i)
    digest.push_back(static_cast<std::byte>(lanes_[i / 8] >> (i % 8 * 8)));
  return digest;
}

}  // namespace normalize
