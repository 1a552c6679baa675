// All repetitions at all places are found first. Then the cheapest way through the segment is
// looked for, from its end to its start, by what each symbol costs in bits; the way found makes a
// code, whose lengths are the prices of the next round.

#include "normalizers/codec/deflate_segment.h"

#include <algorithm>
#include <array>

#include "normalizers/codec/deflate_block.h"
#include "normalizers/codec/match_finder.h"

namespace normalize {
namespace {

/// The repetitions at each place of a segment, in one list.
struct Repeats {
  std::vector<Repeat> all;
  std::vector<std::uint32_t> first;  // of a place, in `all`; one more than there are places

  std::span<const Repeat> at(std::size_t place) const {
    return std::span(all).subspan(first[place], first[place + 1] - first[place]);
  }
};

Repeats find_repeats(MatchFinder& finder, std::size_t size, const SegmentEffort& effort) {
  Repeats repeats;
  std::vector<Repeat> found;
  for (std::size_t i = 0; i < size;) {
    repeats.first.push_back(static_cast<std::uint32_t>(repeats.all.size()));
    finder.find(found);
    repeats.all.insert(repeats.all.end(), found.begin(), found.end());
    std::size_t step = 1;
    // Nothing better begins within what is this long.
    if (!found.empty() && found.back().length >= effort.enough) step = found.back().length;
    finder.skip(step - 1);
    for (std::size_t passed = 1; passed < step; ++passed)
      repeats.first.push_back(static_cast<std::uint32_t>(repeats.all.size()));
    i += step;
  }
  repeats.first.push_back(static_cast<std::uint32_t>(repeats.all.size()));
  return repeats;
}

/// What symbols cost, in bits, with those that follow them.
struct Prices {
  std::array<std::uint32_t, 256> literal;
  std::array<std::uint32_t, MatchFinder::kMostLength + 1> length;
  std::array<std::uint32_t, kDistanceSymbols> distance;

  explicit Prices(const BlockCodes& codes) {
    constexpr std::uint32_t kUnused = 13;  // about what a symbol costs that comes up once
    const auto price = [](std::uint8_t bits) { return bits == 0 ? kUnused : bits; };
    for (std::size_t i = 0; i < literal.size(); ++i) literal[i] = price(codes.lengths[i]);
    for (unsigned i = MatchFinder::kLeastLength; i < length.size(); ++i) {
      const unsigned symbol = length_symbol(i);
      length[i] = price(codes.lengths[symbol]) + length_extra_bits(symbol);
    }
    for (unsigned i = 0; i < distance.size(); ++i)
      distance[i] = price(codes.distances[i]) + distance_extra_bits(i);
  }
};

/// A way through a segment.
class Way {
 public:
  Way(ByteView segment, const Repeats& repeats) : segment_(segment), repeats_(repeats) {}

  /// The longest repetition at each place.
  void take_longest() {
    steps_.assign(segment_.size(), {1, 0});
    for (std::size_t i = 0; i < segment_.size(); ++i)
      if (const auto here = repeats_.at(i); !here.empty()) steps_[i] = here.back();
  }

  void take_cheapest(const Prices& prices) {
    const std::size_t size = segment_.size();
    costs_.assign(size + 1, 0);
    steps_.assign(size, {1, 0});
    for (std::size_t i = size; i-- > 0;) choose(i, prices);
  }

  std::vector<DeflateItem> items() const {
    std::vector<DeflateItem> items;
    for (std::size_t i = 0; i < segment_.size(); i += steps_[i].length) {
      const bool literal = steps_[i].distance == 0;
      items.push_back({literal ? std::to_integer<std::uint16_t>(segment_[i]) : steps_[i].length,
                       steps_[i].distance});
    }
    return items;
  }

 private:
  void choose(std::size_t i, const Prices& prices) {
    std::uint32_t best = prices.literal[std::to_integer<std::size_t>(segment_[i])] + costs_[i + 1];
    Repeat step{1, 0};
    std::uint16_t length = MatchFinder::kLeastLength;
    for (const Repeat& repeat : repeats_.at(i)) {
      const std::uint32_t distance = prices.distance[distance_symbol(repeat.distance)];
      for (; length <= repeat.length; ++length) {
        const std::uint32_t cost = distance + prices.length[length] + costs_[i + length];
        if (cost < best) {
          best = cost;
          step = {length, repeat.distance};
        }
      }
    }
    costs_[i] = best;
    steps_[i] = step;
  }

  const ByteView segment_;
  const Repeats& repeats_;
  std::vector<std::uint32_t> costs_;  // from a place to the end
  std::vector<Repeat> steps_;         // `distance` is 0 for a literal
};

}  // namespace

Bytes deflate_segment(ByteView window, std::size_t start, const SegmentEffort& effort) {
  MatchFinder finder(effort.chain, effort.enough);
  finder.start(window, start);
  const Repeats repeats = find_repeats(finder, window.size() - start, effort);
  Way way(window.subspan(start), repeats);
  way.take_longest();
  for (unsigned round = 0; round < effort.rounds; ++round)
    way.take_cheapest(Prices(codes_for(count_symbols(way.items()))));
  Bytes out;
  write_aligned_block(way.items(), window.subspan(start), out);
  return out;
}

}  // namespace normalize
