#include "normalizers/codec/dynamic_header.h"

#include <algorithm>
#include <cstdlib>

#include "normalizers/codec/huffman.h"

namespace normalize {
namespace {

constexpr unsigned kMostLengthCodeBits = 7;
constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                              11, 4,  12, 3, 13, 2, 14, 1, 15};

std::ptrdiff_t used(const std::vector<std::uint8_t>& lengths, std::ptrdiff_t least) {
  auto count = static_cast<std::ptrdiff_t>(lengths.size());
  while (count > least && lengths[static_cast<std::size_t>(count - 1)] == 0) --count;
  return count;
}

/// Gives neighbours whose counts differ by less than `tolerance` from their mean that mean, where
/// there are enough of them for a run.
void level(std::span<std::uint32_t> counts, std::uint32_t tolerance) {
  constexpr std::size_t kLeastRun = 4;
  for (std::size_t begin = 0; begin < counts.size();) {
    std::uint32_t sum = counts[begin], n = 1;
    std::size_t end = begin + 1;
    for (; end < counts.size(); ++end, ++n) {
      const std::uint32_t here = counts[end] * n;
      if ((here > sum ? here - sum : sum - here) >= tolerance * n) break;
      sum += counts[end];
    }
    if (n >= kLeastRun && sum > 0)
      std::fill(counts.begin() + static_cast<std::ptrdiff_t>(begin),
                counts.begin() + static_cast<std::ptrdiff_t>(end),
                std::max<std::uint32_t>(1, (sum + n / 2) / n));
    begin = end;
  }
}

}  // namespace

void DynamicHeader::add_zeros(std::size_t count, std::vector<Run>& runs) {
  while (count >= 11) {
    const std::size_t taken = std::min<std::size_t>(count, 138);
    runs.push_back({18, static_cast<std::uint8_t>(taken - 11), 7});
    count -= taken;
  }
  if (count >= 3) {
    runs.push_back({17, static_cast<std::uint8_t>(count - 3), 3});
    count = 0;
  }
  runs.insert(runs.end(), count, {0, 0, 0});
}

void DynamicHeader::add_same(std::uint8_t length, std::size_t count, std::vector<Run>& runs) {
  runs.push_back({length, 0, 0});
  for (--count; count >= 3;) {
    const std::size_t taken = std::min<std::size_t>(count, 6);
    runs.push_back({16, static_cast<std::uint8_t>(taken - 3), 2});
    count -= taken;
  }
  runs.insert(runs.end(), count, {length, 0, 0});
}

std::vector<DynamicHeader::Run> DynamicHeader::runs_of(std::span<const std::uint8_t> lengths) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < lengths.size();) {
    std::size_t end = i;
    while (end < lengths.size() && lengths[end] == lengths[i]) ++end;
    if (lengths[i] == 0)
      add_zeros(end - i, runs);
    else
      add_same(lengths[i], end - i, runs);
    i = end;
  }
  return runs;
}

DynamicHeader::DynamicHeader(const BlockCodes& codes)
    : literals_(used(codes.lengths, kFirstLength)), distances_(used(codes.distances, 1)) {
  std::vector<std::uint8_t> all(codes.lengths.begin(), codes.lengths.begin() + literals_);
  all.insert(all.end(), codes.distances.begin(), codes.distances.begin() + distances_);
  runs_ = runs_of(all);
  std::array<std::uint32_t, kOrder.size()> counts{};
  for (const Run& run : runs_) ++counts[run.symbol];
  lengths_ = code_lengths(counts, kMostLengthCodeBits);
  told_ = static_cast<unsigned>(kOrder.size());
  while (told_ > 4 && lengths_[kOrder[told_ - 1]] == 0) --told_;
}

std::size_t DynamicHeader::bits() const {
  std::size_t bits = 3 + 5 + 5 + 4 + 3 * std::size_t{told_};
  for (const Run& run : runs_) bits += std::size_t{lengths_[run.symbol]} + run.extra_bits;
  return bits;
}

unsigned DynamicHeader::spare() const { return static_cast<unsigned>(kOrder.size()) - told_; }

void DynamicHeader::write(BitWriter& out, unsigned on_top) const {
  constexpr unsigned kDynamic = 2 << 1;
  const unsigned told = told_ + on_top;
  out.put(kDynamic, 3);
  out.put(static_cast<std::uint32_t>(literals_ - kFirstLength), 5);
  out.put(static_cast<std::uint32_t>(distances_ - 1), 5);
  out.put(told - 4, 4);
  for (unsigned i = 0; i < told; ++i) out.put(lengths_[kOrder[i]], 3);
  const std::vector<std::uint16_t> codes = codes_of(lengths_);
  for (const Run& run : runs_) {
    out.put(codes[run.symbol], lengths_[run.symbol]);
    out.put(run.extra, run.extra_bits);
  }
}

BlockCodes levelled_codes_for(const SymbolCounts& counts, std::uint32_t tolerance) {
  SymbolCounts levelled = counts;
  level(levelled.lengths, tolerance);
  level(levelled.distances, tolerance);
  return codes_for(levelled);
}

BlockCodes codes_with_header_for(const SymbolCounts& counts) {
  const auto bits = [&](const BlockCodes& codes) {
    return DynamicHeader(codes).bits() + bits_of(counts, codes);
  };
  BlockCodes best = codes_for(counts);
  std::size_t least = bits(best);
  for (const std::uint32_t tolerance : {2U, 3U, 5U, 8U, 13U}) {
    BlockCodes codes = levelled_codes_for(counts, tolerance);
    if (const std::size_t here = bits(codes); here < least) {
      least = here;
      best = std::move(codes);
    }
  }
  return best;
}

}  // namespace normalize
