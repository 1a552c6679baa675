#include "normalizers/codec/deflate_symbols.h"

#include <bit>

#include "normalizers/codec/huffman.h"

namespace normalize {
namespace {

constexpr unsigned kMostCodeBits = 15;

/// Symbols of a range each of which stands for twice as many values as that two before it.
unsigned extra_bits(unsigned symbol, unsigned halves) {
  return symbol < 2 * halves ? 0 : symbol / halves - 1;
}

}  // namespace

unsigned length_symbol(unsigned length) {
  if (length == 258) return 285;
  const unsigned from_zero = length - 3;
  if (from_zero < 8) return kFirstLength + from_zero;
  const unsigned width = static_cast<unsigned>(std::bit_width(from_zero)) - 3;
  return kFirstLength + 4 * width + (from_zero >> width);
}

unsigned length_extra_bits(unsigned symbol) {
  return symbol == 285 ? 0 : extra_bits(symbol - kFirstLength, 4);
}

unsigned distance_symbol(unsigned distance) {
  const unsigned from_zero = distance - 1;
  if (from_zero < 4) return from_zero;
  const unsigned width = static_cast<unsigned>(std::bit_width(from_zero)) - 2;
  return 2 * width + (from_zero >> width);
}

unsigned distance_extra_bits(unsigned symbol) { return extra_bits(symbol, 2); }

SymbolCounts count_symbols(std::span<const DeflateItem> items) {
  SymbolCounts counts;
  for (const DeflateItem& item : items) {
    const bool literal = item.distance == 0;
    ++counts.lengths[literal ? item.length_or_literal : length_symbol(item.length_or_literal)];
    if (!literal) ++counts.distances[distance_symbol(item.distance)];
  }
  counts.lengths[kEndOfBlock] = 1;
  return counts;
}

BlockCodes codes_for(const SymbolCounts& counts) {
  return {code_lengths(counts.lengths, kMostCodeBits),
          code_lengths(counts.distances, kMostCodeBits)};
}

std::size_t bits_of(const SymbolCounts& counts, const BlockCodes& codes) {
  std::size_t bits = 0;
  for (unsigned i = 0; i < counts.lengths.size(); ++i)
    if (counts.lengths[i] > 0) {
      const unsigned extra = i < kFirstLength ? 0 : length_extra_bits(i);
      bits += std::size_t{counts.lengths[i]} * (codes.lengths[i] + extra);
    }
  for (unsigned i = 0; i < counts.distances.size(); ++i)
    bits += std::size_t{counts.distances[i]} * (codes.distances[i] + distance_extra_bits(i));
  return bits;
}

}  // namespace normalize
