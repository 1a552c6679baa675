// All repetitions at all places are found first. Then the cheapest way through the segment is
// looked for, from its end to its start, by what each symbol costs in bits; the way found makes a
// code, whose lengths are the prices of the next round.

#include "normalizers/codec/deflate_segment.h"

#include <algorithm>
#include <array>

#include "normalizers/codec/deflate_block.h"
#include "normalizers/codec/dynamic_header.h"

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
  repeats.first.reserve(size + 1);
  repeats.all.reserve(4 * size);
  for (std::size_t i = 0; i < size;) {
    const std::size_t known = repeats.all.size();
    repeats.first.push_back(static_cast<std::uint32_t>(known));
    finder.find(size - i, repeats.all);
    std::size_t step = 1;
    // Nothing better begins within what is this long.
    if (repeats.all.size() > known && repeats.all.back().length >= effort.enough)
      step = repeats.all.back().length;
    finder.skip(step - 1);
    repeats.first.insert(repeats.first.end(), step - 1,
                         static_cast<std::uint32_t>(repeats.all.size()));
    i += step;
  }
  repeats.first.push_back(static_cast<std::uint32_t>(repeats.all.size()));
  return repeats;
}

/// A step of a way with what it costs in bits, in one number: the least is the cheapest, and of
/// those the shortest and nearest.
using Step = std::uint64_t;
constexpr unsigned kCostAt = 25, kLengthAt = 16;
constexpr Step cost_of(Step step) { return step >> kCostAt << kCostAt; }
constexpr std::uint16_t length_of(Step step) { return step >> kLengthAt & 0x1ff; }
constexpr std::uint16_t distance_of(Step step) { return step & 0xffff; }  // 0 for a literal
constexpr Step step(std::uint64_t cost, std::uint64_t length, std::uint64_t distance) {
  return cost << kCostAt | length << kLengthAt | distance;
}

/// What symbols cost, with those that follow them.
struct Prices {
  std::array<Step, 256> literal;
  std::array<Step, MatchFinder::kMostLength + 1> length;
  std::array<std::uint8_t, kDistanceSymbols> distance;  // in bits

  explicit Prices(const BlockCodes& codes) {
    constexpr std::uint8_t kUnused = 13;  // about what a symbol costs that comes up once
    const auto price = [](std::uint8_t bits) { return bits == 0 ? kUnused : bits; };
    for (std::size_t i = 0; i < literal.size(); ++i)
      literal[i] = step(price(codes.lengths[i]), 1, 0);
    for (unsigned i = MatchFinder::kLeastLength; i < length.size(); ++i) {
      const unsigned symbol = length_symbol(i);
      length[i] = step(price(codes.lengths[symbol]) + length_extra_bits(symbol), i, 0);
    }
    for (unsigned i = 0; i < distance.size(); ++i)
      distance[i] = static_cast<std::uint8_t>(price(codes.distances[i]) + distance_extra_bits(i));
  }
};

/// A way through a segment.
class Way {
 public:
  Way(ByteView segment, const Repeats& repeats) : segment_(segment), repeats_(repeats) {}

  /// The longest repetition at each place.
  void take_longest() {
    steps_.assign(segment_.size(), step(0, 1, 0));
    for (std::size_t i = 0; i < segment_.size(); ++i)
      if (const auto here = repeats_.at(i); !here.empty())
        steps_[i] = step(0, here.back().length, here.back().distance);
  }

  void take_cheapest(const Prices& prices) {
    costs_.resize(segment_.size() + 1);
    costs_.back() = 0;
    for (std::size_t i = segment_.size(); i-- > 0;) {
      steps_[i] = cheapest(i, prices);
      costs_[i] = cost_of(steps_[i]);
    }
  }

  std::vector<DeflateItem> items() const {
    std::vector<DeflateItem> items;
    items.reserve(segment_.size());
    for (std::size_t i = 0; i < segment_.size(); i += length_of(steps_[i])) {
      const std::uint16_t distance = distance_of(steps_[i]);
      items.push_back(
          {distance == 0 ? std::to_integer<std::uint16_t>(segment_[i]) : length_of(steps_[i]),
           distance});
    }
    return items;
  }

 private:
  /// What is in front of the segment may be another next time, so a repetition of it is worth a bit
  /// less: what it would have saved is lost many times over when the segment has to be sent anew.
  static constexpr std::uint64_t kReachingOut = 1;

  Step cheapest(std::size_t i, const Prices& prices) const {
    Step best = prices.literal[std::to_integer<std::size_t>(segment_[i])] + costs_[i + 1];
    std::size_t length = MatchFinder::kLeastLength;
    for (const Repeat& repeat : repeats_.at(i)) {
      const Step distance = step(prices.distance[distance_symbol(repeat.distance)] +
                                     (repeat.distance > i ? kReachingOut : 0),
                                 0, repeat.distance);
      for (; length <= repeat.length; ++length)
        best = std::min(best, distance + prices.length[length] + costs_[i + length]);
    }
    return best;
  }

  const ByteView segment_;
  const Repeats& repeats_;
  std::vector<Step> costs_;  // from a place to the end, of no length and distance
  std::vector<Step> steps_;
};

}  // namespace

SegmentPacker::SegmentPacker(ByteView stretch, std::size_t start, const SegmentEffort& effort)
    : stretch_(stretch), effort_(effort), at_(start), finder_(effort.chain, effort.enough) {
  finder_.start(stretch, start);
}

Bytes SegmentPacker::pack(std::size_t size) {
  constexpr std::uint32_t kTolerance = 4;  // with which codes are levelled at last, most often
  const ByteView segment = stretch_.subspan(at_, size);
  const Repeats repeats = find_repeats(finder_, size, effort_);
  Way way(segment, repeats);
  way.take_longest();
  for (unsigned round = 0; round < effort_.rounds; ++round)
    way.take_cheapest(Prices(levelled_codes_for(count_symbols(way.items()), kTolerance)));
  at_ += size;
  Bytes out;
  write_aligned_block(way.items(), segment, out);
  return out;
}

void SegmentPacker::skip(std::size_t size) {
  finder_.skip(size);
  at_ += size;
}

Bytes deflate_segment(ByteView window, std::size_t start, const SegmentEffort& effort) {
  return SegmentPacker(window, start, effort).pack(window.size() - start);
}

}  // namespace normalize
