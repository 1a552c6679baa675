// RFC 1951. A block ends where its last code ends, and the next byte boundary is up to seven bits
// away. A sync flush gets there with an empty stored block, at 35 to 42 bits. The header of a
// dynamic block may tell lengths of codes that do not occur, at three bits each, and an empty block
// of fixed codes has ten: together they get there with 8.5 bits in the mean.

#include "normalizers/codec/deflate_block.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "normalizers/codec/huffman.h"

namespace normalize {
namespace {

constexpr unsigned kEndOfBlock = 256, kFirstLength = 257;
constexpr unsigned kMostCodeBits = 15, kMostLengthCodeBits = 7;

class BitWriter {
 public:
  explicit BitWriter(Bytes& out) : out_(out) {}

  void put(std::uint32_t value, unsigned count) {
    bits_ |= std::uint64_t{value} << held_;
    for (held_ += count; held_ >= 8; held_ -= 8, bits_ >>= 8)
      out_.push_back(static_cast<std::byte>(bits_ & 0xff));
  }
  bool is_aligned() const { return held_ == 0; }
  void align() {
    if (held_ > 0) put(0, 8 - held_);
  }

 private:
  Bytes& out_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

/// Symbols of a range each of which stands for twice as many values as that two before it.
unsigned extra_bits(unsigned symbol, unsigned halves) {
  return symbol < 2 * halves ? 0 : symbol / halves - 1;
}

/// Section 3.2.7: the lengths of a block's codes, run by run.
struct Run {
  std::uint8_t symbol, extra, extra_bits;
};

void add_zeros(std::size_t count, std::vector<Run>& runs) {
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

void add_same(std::uint8_t length, std::size_t count, std::vector<Run>& runs) {
  runs.push_back({length, 0, 0});
  for (--count; count >= 3;) {
    const std::size_t taken = std::min<std::size_t>(count, 6);
    runs.push_back({16, static_cast<std::uint8_t>(taken - 3), 2});
    count -= taken;
  }
  runs.insert(runs.end(), count, {length, 0, 0});
}

std::vector<Run> runs_of(std::span<const std::uint8_t> lengths) {
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

/// The header of a dynamic block.
class DynamicHeader {
 public:
  explicit DynamicHeader(const BlockCodes& codes)
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

  std::size_t bits() const {
    std::size_t bits = 3 + 5 + 5 + 4 + 3 * std::size_t{told_};
    for (const Run& run : runs_) bits += std::size_t{lengths_[run.symbol]} + run.extra_bits;
    return bits;
  }
  /// How many lengths can be told on top, at three bits each.
  unsigned spare() const { return static_cast<unsigned>(kOrder.size()) - told_; }

  void write(BitWriter& out, unsigned on_top) const {
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

 private:
  static constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                       11, 4,  12, 3, 13, 2, 14, 1, 15};

  static std::ptrdiff_t used(const std::vector<std::uint8_t>& lengths, std::ptrdiff_t least) {
    auto count = static_cast<std::ptrdiff_t>(lengths.size());
    while (count > least && lengths[static_cast<std::size_t>(count - 1)] == 0) --count;
    return count;
  }

  const std::ptrdiff_t literals_, distances_;
  std::vector<Run> runs_;
  std::vector<std::uint8_t> lengths_;
  unsigned told_ = 0;
};

BlockCodes fixed_codes() {
  BlockCodes codes{std::vector<std::uint8_t>(288, 8), std::vector<std::uint8_t>(30, 5)};
  std::fill(codes.lengths.begin() + 144, codes.lengths.begin() + 256, std::uint8_t{9});
  std::fill(codes.lengths.begin() + 256, codes.lengths.begin() + 280, std::uint8_t{7});
  return codes;
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
  if (out.is_aligned()) return;
  out.put(0, 3);  // an empty stored block
  out.align();
  out.put(0xffff'0000, 32);
}

void write_stored(ByteView plain, Bytes& out) {
  while (!plain.empty()) {
    const auto size = std::min<std::size_t>(plain.size(), 0xffff);
    BitWriter writer(out);
    writer.put(0, 8);
    writer.put(static_cast<std::uint32_t>(size), 16);
    writer.put(static_cast<std::uint32_t>(~size & 0xffff), 16);
    out.insert(out.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(size));
    plain = plain.subspan(size);
  }
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

void write_aligned_block(std::span<const DeflateItem> items, ByteView plain, Bytes& out) {
  static const BlockCodes fixed = fixed_codes();
  const SymbolCounts counts = count_symbols(items);
  const BlockCodes codes = codes_for(counts);
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
