#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// One step of a DEFLATE block: a literal byte (`distance` is 0), or a repetition.
struct DeflateItem {
  std::uint16_t length_or_literal, distance;
};

/// RFC 1951 section 3.2.5: the symbol of a length or distance, and how many bits follow it.
unsigned length_symbol(unsigned length);
unsigned length_extra_bits(unsigned symbol);
unsigned distance_symbol(unsigned distance);
unsigned distance_extra_bits(unsigned symbol);

inline constexpr unsigned kEndOfBlock = 256, kFirstLength = 257;
inline constexpr std::size_t kLengthSymbols = 286, kDistanceSymbols = 30;

/// How often each symbol occurs in a block, its end included.
struct SymbolCounts {
  std::array<std::uint32_t, kLengthSymbols> lengths{};  // and literals
  std::array<std::uint32_t, kDistanceSymbols> distances{};
};
SymbolCounts count_symbols(std::span<const DeflateItem> items);

/// The lengths of the two codes of a block.
struct BlockCodes {
  std::vector<std::uint8_t> lengths, distances;
};
/// Those that spell so many symbols in the fewest bits.
BlockCodes codes_for(const SymbolCounts& counts);

/// What the symbols take up, with the bits that follow them.
std::size_t bits_of(const SymbolCounts& counts, const BlockCodes& codes);

}  // namespace normalize
