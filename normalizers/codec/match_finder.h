#pragma once

#include <cstdint>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// A repetition of what stands `distance` bytes in front of it.
struct Repeat {
  std::uint16_t length, distance;
};

/// Finds repetitions in a window of DEFLATE: 3 to 258 bytes long, up to 32,768 bytes back. What it
/// finds depends on the bytes alone.
class MatchFinder {
 public:
  static constexpr std::size_t kMostDistance = 32'768, kLeastLength = 3, kMostLength = 258;

  /// `chain` bounds how many candidates are compared at each place, `enough` is a length that ends
  /// the search.
  MatchFinder(unsigned chain, unsigned enough);

  /// Starts anew on `bytes`, fewer than 2^31, which outlive the search, and passes over the first
  /// `known`.
  void start(ByteView bytes, std::size_t known);
  /// Appends what repeats at the current place, within the next `size` bytes: each longer and
  /// further back than the one before it, the nearest of its length. Goes on by one byte.
  void find(std::size_t size, std::vector<Repeat>& found);
  /// Goes on without looking.
  void skip(std::size_t count);

 private:
  using Place = std::int32_t;
  static constexpr unsigned kBits3 = 14, kBits4 = 15;
  static constexpr Place kNone = -1;

  std::size_t length_at(Place candidate, std::size_t most) const;
  void follow_chain(Place candidate, std::size_t most, std::size_t best,
                    std::vector<Repeat>& found) const;
  void insert();

  const unsigned chain_, enough_;
  ByteView bytes_;
  std::size_t at_ = 0;
  std::vector<Place> last3_, last4_;  // by hash of three or four bytes
  std::vector<Place> before_;         // of the same hash of four, by place in the window
};

}  // namespace normalize
