#pragma once

#include "normalizers/codec/bit_writer.h"
#include "normalizers/codec/deflate_symbols.h"

namespace normalize {

/// The header of a dynamic block, RFC 1951 section 3.2.7.
class DynamicHeader {
 public:
  explicit DynamicHeader(const BlockCodes& codes);

  std::size_t bits() const;
  /// How many lengths can be told on top, at three bits each.
  unsigned spare() const;
  void write(BitWriter& out, unsigned on_top) const;

 private:
  /// Lengths of codes, one after the other, as they are told.
  struct Run {
    std::uint8_t symbol, extra, extra_bits;
  };
  static void add_zeros(std::size_t count, std::vector<Run>& runs);
  static void add_same(std::uint8_t length, std::size_t count, std::vector<Run>& runs);
  static std::vector<Run> runs_of(std::span<const std::uint8_t> lengths);

  const std::ptrdiff_t literals_, distances_;
  std::vector<Run> runs_;
  std::vector<std::uint8_t> lengths_;
  unsigned told_ = 0;
};

/// Codes whose lengths can be told in few bits, at the price of some more for the symbols: those
/// for counts in which neighbours that differ little have become equal.
BlockCodes levelled_codes_for(const SymbolCounts& counts, std::uint32_t tolerance);

/// The codes with which a dynamic block of these symbols is short, its header included.
BlockCodes codes_with_header_for(const SymbolCounts& counts);

}  // namespace normalize
