#include "normalizers/codec/huffman.h"

#include <algorithm>
#include <array>
#include <compare>

namespace normalize {
namespace {

constexpr unsigned kMostBits = 15;

struct Leaf {
  std::uint32_t count;
  std::uint16_t symbol;

  auto operator<=>(const Leaf&) const = default;  // rarer, then earlier
};

/// The symbols that occur, the rarest first.
std::vector<Leaf> leaves_of(std::span<const std::uint32_t> counts) {
  std::vector<Leaf> leaves;
  leaves.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) leaves.push_back({counts[i], static_cast<std::uint16_t>(i)});
  for (std::uint16_t i = 0; leaves.size() < 2; ++i)
    if (counts[i] == 0) leaves.push_back({1, i});
  std::ranges::sort(leaves);
  return leaves;
}

/// How deep each leaf of Huffman's tree is. Two queues, both sorted: leaves, and trees of them.
std::vector<unsigned> depths_of(const std::vector<Leaf>& leaves) {
  const std::size_t count = leaves.size();
  std::vector<std::uint64_t> weight(2 * count - 1);
  std::vector<std::size_t> parent(2 * count - 1);
  for (std::size_t i = 0; i < count; ++i) weight[i] = leaves[i].count;
  std::size_t leaf = 0, tree = count;
  for (std::size_t next = count; next < weight.size(); ++next)
    for (int child = 0; child < 2; ++child) {
      const bool takes_leaf = leaf < count && (tree >= next || weight[leaf] <= weight[tree]);
      const std::size_t taken = takes_leaf ? leaf++ : tree++;
      weight[next] += weight[taken];
      parent[taken] = next;
    }
  std::vector<unsigned> depth(weight.size());
  for (std::size_t i = weight.size() - 1; i-- > 0;) depth[i] = depth[parent[i]] + 1;
  depth.resize(count);
  return depth;
}

/// How many codes of each length there are, once none is longer than `most`. What was cut off makes
/// the code too full, for which shorter ones give way.
std::array<std::uint32_t, kMostBits + 1> limited(const std::vector<unsigned>& depths,
                                                 unsigned most) {
  std::array<std::uint32_t, kMostBits + 1> of_length{};
  std::uint32_t used = 0;  // in units of the longest code
  for (const unsigned depth : depths) {
    const unsigned length = std::min(depth, most);
    ++of_length[length];
    used += 1U << (most - length);
  }
  for (; used > 1U << most; --used) {
    unsigned length = most - 1;
    while (of_length[length] == 0) --length;
    --of_length[length];
    of_length[length + 1] += 2;
    --of_length[most];
  }
  return of_length;
}

}  // namespace

std::vector<std::uint8_t> code_lengths(std::span<const std::uint32_t> counts, unsigned most) {
  const std::vector<Leaf> leaves = leaves_of(counts);
  const auto of_length = limited(depths_of(leaves), most);
  std::vector<std::uint8_t> lengths(counts.size());
  std::size_t next = 0;
  for (unsigned length = most; length > 0; --length)
    for (std::uint32_t n = of_length[length]; n > 0; --n)
      lengths[leaves[next++].symbol] = static_cast<std::uint8_t>(length);
  return lengths;
}

std::vector<std::uint16_t> codes_of(std::span<const std::uint8_t> lengths) {
  std::array<unsigned, kMostBits + 1> count{}, next{};
  for (const std::uint8_t length : lengths) count[length] += length > 0;
  for (unsigned length = 1; length <= kMostBits; ++length)
    next[length] = (next[length - 1] + count[length - 1]) << 1;
  std::vector<std::uint16_t> codes(lengths.size());
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] == 0) continue;
    unsigned code = next[lengths[i]]++, reversed = 0;
    for (unsigned bit = 0; bit < lengths[i]; ++bit, code >>= 1)
      reversed = reversed << 1 | (code & 1);
    codes[i] = static_cast<std::uint16_t>(reversed);
  }
  return codes;
}

}  // namespace normalize
