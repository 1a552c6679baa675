// RFC 7693, by the names it has there.

#include "normalizers/bytes/blake2.h"

#include <algorithm>
#include <bit>

namespace normalize {
namespace {

/// Section 2.1: rounds, and the distances that G rotates by.
template <typename Word>
struct Parameters;
template <>
struct Parameters<std::uint64_t> {
  static constexpr std::size_t kRounds = 12;
  static constexpr std::array<int, 4> kR{32, 24, 16, 63};
};
template <>
struct Parameters<std::uint32_t> {
  static constexpr std::size_t kRounds = 10;
  static constexpr std::array<int, 4> kR{16, 12, 8, 7};
};

/// Section 2.6, as BLAKE2b has them; those of BLAKE2s are their upper halves.
constexpr std::array<std::uint64_t, 8> kIv{
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

template <typename Word>
constexpr Word iv(std::size_t i) {
  return static_cast<Word>(kIv[i] >> (64 - 8 * sizeof(Word)));
}

/// Section 2.7.
constexpr std::array<std::array<std::uint8_t, 16>, 10> kSigma{{
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
}};

/// Section 3.1.
template <typename Word>
void g(std::array<Word, 16>& v, const std::array<std::size_t, 4>& at, Word x, Word y) {
  constexpr auto kR = Parameters<Word>::kR;
  const auto [a, b, c, d] = at;
  v[a] += v[b] + x;
  v[d] = std::rotr(v[d] ^ v[a], kR[0]);
  v[c] += v[d];
  v[b] = std::rotr(v[b] ^ v[c], kR[1]);
  v[a] += v[b] + y;
  v[d] = std::rotr(v[d] ^ v[a], kR[2]);
  v[c] += v[d];
  v[b] = std::rotr(v[b] ^ v[c], kR[3]);
}

}  // namespace

template <typename Word>
Blake2<Word>::Blake2() {
  for (std::size_t i = 0; i < h_.size(); ++i) h_[i] = iv<Word>(i);
  h_[0] ^= 0x01010000 ^ sizeof h_;
}

template <typename Word>
void Blake2<Word>::compress(bool last) {
  std::array<Word, 16> m{}, v;
  for (std::size_t i = 0; i < block_.size(); ++i)
    m[i / sizeof(Word)] |= std::to_integer<Word>(block_[i]) << (i % sizeof(Word) * 8);
  for (std::size_t i = 0; i < 8; ++i) v[i] = h_[i], v[i + 8] = iv<Word>(i);
  v[12] ^= static_cast<Word>(count_);
  if constexpr (sizeof(Word) == 4) v[13] ^= static_cast<Word>(count_ >> 32);
  if (last) v[14] = ~v[14];
  for (std::size_t round = 0; round < Parameters<Word>::kRounds; ++round) {
    const auto& s = kSigma[round % kSigma.size()];
    for (std::size_t i = 0; i < 4; ++i)
      g(v, {i, i + 4, i + 8, i + 12}, m[s[2 * i]], m[s[2 * i + 1]]);
    for (std::size_t i = 0; i < 4; ++i)
      g(v, {i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4}, m[s[2 * i + 8]],
        m[s[2 * i + 9]]);
  }
  for (std::size_t i = 0; i < 8; ++i) h_[i] ^= v[i] ^ v[i + 8];
}

/// A block that is full is compressed no sooner than there is more: it might be the last.
template <typename Word>
void Blake2<Word>::add(ByteView bytes) {
  while (!bytes.empty()) {
    if (held_ == block_.size()) {
      count_ += held_;
      compress(false);
      held_ = 0;
    }
    const std::size_t taken = std::min(bytes.size(), block_.size() - held_);
    std::ranges::copy(bytes.first(taken), block_.begin() + static_cast<std::ptrdiff_t>(held_));
    held_ += taken;
    bytes = bytes.subspan(taken);
  }
}

template <typename Word>
Bytes Blake2<Word>::finish() {
  std::fill(block_.begin() + static_cast<std::ptrdiff_t>(held_), block_.end(), std::byte{0});
  count_ += held_;
  compress(true);
  Bytes digest;
  for (const Word word : h_)
    for (std::size_t i = 0; i < sizeof word; ++i)
      digest.push_back(static_cast<std::byte>(word >> (8 * i)));
  return digest;
}

template class Blake2<std::uint64_t>;
template class Blake2<std::uint32_t>;

}  // namespace normalize
