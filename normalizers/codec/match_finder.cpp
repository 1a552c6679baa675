// Chains of places with one hash of four bytes, the nearest first, and the nearest place with the
// same three.

#include "normalizers/codec/match_finder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace normalize {
namespace {

std::uint32_t load(const std::byte* at) {
  return std::to_integer<std::uint32_t>(at[0]) | std::to_integer<std::uint32_t>(at[1]) << 8 |
         std::to_integer<std::uint32_t>(at[2]) << 16 | std::to_integer<std::uint32_t>(at[3]) << 24;
}

std::uint32_t hash(std::uint32_t value, unsigned bits) {
  return (value * 0x9e37'79b1U) >> (32 - bits);
}

}  // namespace

MatchFinder::MatchFinder(unsigned chain, unsigned enough)
    : chain_(chain),
      enough_(enough),
      last3_(std::size_t{1} << kBits3),
      last4_(std::size_t{1} << kBits4),
      before_(kMostDistance) {}

void MatchFinder::start(ByteView bytes, std::size_t known) {
  bytes_ = bytes;
  at_ = 0;
  std::ranges::fill(last3_, kNone);
  std::ranges::fill(last4_, kNone);
  skip(known);
}

void MatchFinder::insert() {
  if (at_ + 4 <= bytes_.size()) {
    const std::uint32_t four = load(bytes_.data() + at_);
    Place& last = last4_[hash(four, kBits4)];
    before_[at_ % kMostDistance] = last;
    last = last3_[hash(four << 8, kBits3)] = static_cast<Place>(at_);
  }
  ++at_;
}

void MatchFinder::skip(std::size_t count) {
  while (count-- > 0) insert();
}

std::size_t MatchFinder::length_at(Place candidate, std::size_t most) const {
  const std::byte* const a = bytes_.data() + candidate;
  const std::byte* const b = bytes_.data() + at_;
  std::size_t length = 0;
  if constexpr (std::endian::native == std::endian::little)
    for (; length + 8 <= most; length += 8) {
      std::uint64_t x, y;
      std::memcpy(&x, a + length, 8);
      std::memcpy(&y, b + length, 8);
      if (x != y) return length + static_cast<std::size_t>(std::countr_zero(x ^ y)) / 8;
    }
  while (length < most && a[length] == b[length]) ++length;
  return length;
}

void MatchFinder::follow_chain(Place candidate, std::size_t most, std::size_t best,
                               std::vector<Repeat>& found) const {
  const std::byte* const here = bytes_.data() + at_;
  const Place oldest = std::max(0, static_cast<Place>(at_) - static_cast<Place>(kMostDistance));
  for (unsigned tries = chain_; tries > 0 && candidate >= oldest; --tries) {
    const std::byte* const there = bytes_.data() + candidate;
    // The byte that would make it longer differs most often.
    if (std::memcmp(there + best - 1, here + best - 1, 2) == 0) {
      const std::size_t length = length_at(candidate, most);
      if (length > best) {
        best = length;
        found.push_back({static_cast<std::uint16_t>(length),
                         static_cast<std::uint16_t>(at_ - static_cast<std::size_t>(candidate))});
        if (best >= enough_ || best == most) return;
      }
    }
    const Place next = before_[static_cast<std::size_t>(candidate) % kMostDistance];
    if (next >= candidate) return;  // overwritten: further back than the window
    candidate = next;
  }
}

void MatchFinder::find(std::size_t size, std::vector<Repeat>& found) {
  const std::size_t most = std::min(kMostLength, size);
  if (most >= 4) {
    const std::uint32_t four = load(bytes_.data() + at_);
    std::size_t best = kLeastLength - 1;
    const Place near = last3_[hash(four << 8, kBits3)];
    if (near >= 0 && at_ - static_cast<std::size_t>(near) <= kMostDistance) {
      const std::size_t length = length_at(near, most);
      if (length >= kLeastLength) {
        best = length;
        found.push_back({static_cast<std::uint16_t>(length),
                         static_cast<std::uint16_t>(at_ - static_cast<std::size_t>(near))});
      }
    }
    if (best < enough_ && best < most) follow_chain(last4_[hash(four, kBits4)], most, best, found);
  }
  insert();
}

}  // namespace normalize
