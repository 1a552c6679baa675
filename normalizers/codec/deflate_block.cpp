// RFC 1951. A block ends where its last code ends, and the next byte boundary is up to seven bits
// away. A sync flush gets there with an empty stored block, at 35 to 42 bits. The header of a
// dynamic block may tell lengths of codes that do not occur, at three bits each, and an empty block
// of fixed codes has ten: together they get there with 8.5 bits in the mean.

#include "normalizers/codec/deflate_block.h"

#include <algorithm>

#include "normalizers/codec/bit_writer.h"
#include "normalizers/codec/dynamic_header.h"
#include "normalizers/codec/huffman.h"

namespace normalize {
namespace {

BlockCodes fixed_codes() {
  BlockCodes codes{std::vector<std::uint8_t>(288, 8), std::vector<std::uint8_t>(30, 5)};
  std::fill(codes.lengths.begin() + 144, codes.lengths.begin() + 256, std::uint8_t{9});
  std::fill(codes.lengths.begin() + 256, codes.lengths.begin() + 280, std::uint8_t{7});
  return codes;
}

void write_items(std::span<const DeflateItem> items, const BlockCodes& lengths, BitWriter& out) {
  static constexpr std::array<std::uint16_t, 29> kLengthBase{
      3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
      31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  const std::vector<std::uint16_t> codes = codes_of(lengths.lengths);
  const std::vector<std::uint16_t> distance_codes = codes_of(lengths.distances);
  for (const DeflateItem& item : items) {
    if (item.distance == 0) {
      out.put(codes[item.length_or_literal], lengths.lengths[item.length_or_literal]);
      continue;
    }
    const unsigned symbol = length_symbol(item.length_or_literal);
    out.put(codes[symbol], lengths.lengths[symbol]);
    out.put(item.length_or_literal - kLengthBase[symbol - kFirstLength], length_extra_bits(symbol));
    const unsigned distance = distance_symbol(item.distance), extra = distance_extra_bits(distance);
    out.put(distance_codes[distance], lengths.distances[distance]);
    out.put((item.distance - 1U) & ((1U << extra) - 1), extra);
  }
  out.put(codes[kEndOfBlock], lengths.lengths[kEndOfBlock]);
}

/// How to get to a byte boundary: lengths told on top in the header, empty blocks behind.
struct Filling {
  unsigned on_top = 0, blocks = 0;
  bool reaches = false;
  unsigned bits() const { return 3 * on_top + 10 * blocks; }
};

Filling filling_for(std::size_t bits, unsigned spare) {
  Filling best;
  for (unsigned on_top = 0; on_top <= std::min(spare, 7U); ++on_top)
    for (unsigned blocks = 0; blocks < 4; ++blocks) {
      const Filling filling{on_top, blocks, true};
      if ((bits + filling.bits()) % 8 == 0 && (!best.reaches || filling.bits() < best.bits()))
        best = filling;
    }
  return best;
}

void finish(const Filling& filling, BitWriter& out) {
  constexpr unsigned kFixed = 1 << 1, kFixedEndBits = 7;
  for (unsigned i = 0; i < filling.blocks; ++i) out.put(kFixed, 3 + kFixedEndBits);
  if (!out.is_aligned()) {
    out.put(0, 3);  // an empty stored block
    out.align();
    out.put(0xffff'0000, 32);
  }
  out.align();
}

void write_stored(ByteView plain, Bytes& out) {
  while (!plain.empty()) {
    const auto size = std::min<std::size_t>(plain.size(), 0xffff);
    BitWriter writer(out);
    writer.put(0, 8);
    writer.put(static_cast<std::uint32_t>(size), 16);
    writer.put(static_cast<std::uint32_t>(~size & 0xffff), 16);
    writer.align();
    out.insert(out.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
    plain = plain.subspan(size);
  }
}

}  // namespace

void write_aligned_block(std::span<const DeflateItem> items, ByteView plain, Bytes& out) {
  static const BlockCodes fixed = fixed_codes();
  const SymbolCounts counts = count_symbols(items);
  const BlockCodes codes = codes_with_header_for(counts);
  const DynamicHeader header(codes);
  const std::size_t dynamic_bits = header.bits() + bits_of(counts, codes);
  const std::size_t fixed_bits = 3 + bits_of(counts, fixed);
  const std::size_t stored_bits = 8 * (plain.size() + 5 * ((plain.size() + 0xfffe) / 0xffff));
  if (stored_bits <= std::min(dynamic_bits, fixed_bits)) return write_stored(plain, out);
  BitWriter writer(out);
  if (fixed_bits <= dynamic_bits) {
    writer.put(1 << 1, 3);
    write_items(items, fixed, writer);
    return finish(filling_for(fixed_bits, 0), writer);
  }
  const Filling filling = filling_for(dynamic_bits, header.spare());
  header.write(writer, filling.on_top);
  write_items(items, codes, writer);
  finish(filling, writer);
}

}  // namespace normalize
