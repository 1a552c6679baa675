// RFC 1951, no further than the first symbols of the first block. What an inflater spends its time
// on with short streams is building tables that decode fast; for eight symbols counting is quicker.

#include "normalizers/codec/deflate_start.h"

namespace normalize {
namespace {

constexpr unsigned kMostBits = 15, kEndOfBlock = 256, kMostLiterals = 288, kMostDistances = 32;

/// Bits from the least significant on (section 3.1.1). Zeros follow the end, which `ended` tells.
class Bits {
 public:
  explicit Bits(ByteView bytes) : bytes_(bytes) {}

  unsigned take(unsigned count) {
    while (held_ < count) {
      if (at_ == bytes_.size()) ended_ = true;
      const unsigned next = ended_ ? 0 : std::to_integer<unsigned>(bytes_[at_++]);
      bits_ |= next << held_;
      held_ += 8;
    }
    const unsigned value = bits_ & ((1U << count) - 1);
    bits_ >>= count;
    held_ -= count;
    return value;
  }
  /// What take() would give, and stays.
  unsigned look(unsigned count) {
    const unsigned value = take(count);
    bits_ = bits_ << count | value;
    held_ += count;
    return value;
  }
  bool ended() const { return ended_; }
  /// What follows at the next byte border.
  ByteView rest() const { return bytes_.subspan(at_); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  unsigned bits_ = 0, held_ = 0;
  bool ended_ = false;
};

/// The code of literals (section 3.2.2): symbols in the order of their codes, and how many have
/// codes of each length.
class LiteralCode {
 public:
  LiteralCode(const std::uint8_t* lengths, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) ++counts_[lengths[i]];
    counts_[0] = 0;
    std::array<std::uint16_t, kMostBits + 2> next{};
    for (std::size_t length = 1; length <= kMostBits; ++length)
      next[length + 1] = static_cast<std::uint16_t>(next[length] + counts_[length]);
    for (std::size_t i = 0; i < count; ++i)
      if (lengths[i] != 0) symbols_[next[lengths[i]]++] = static_cast<std::uint16_t>(i);
  }

  /// Codes are read from their most significant bit on. kMostLiterals where there is no such code.
  unsigned take(Bits& in) const {
    unsigned code = 0, first = 0, index = 0;
    for (std::size_t length = 1; length <= kMostBits; ++length) {
      code |= in.take(1);
      const unsigned count = counts_[length];
      if (code < first + count) return symbols_[index + (code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return kMostLiterals;
  }

 private:
  std::array<std::uint16_t, kMostBits + 1> counts_{};
  std::array<std::uint16_t, kMostLiterals> symbols_{};
};

/// The code of code lengths, whose own are three bits wide: by look-up, since many are read.
class LengthCode {
 public:
  static constexpr unsigned kSymbols = 19;

  explicit LengthCode(const std::array<std::uint8_t, kSymbols>& lengths) {
    unsigned code = 0;
    for (unsigned length = 1; length <= kBits; ++length, code <<= 1)
      for (unsigned symbol = 0; symbol < kSymbols; ++symbol)
        if (lengths[symbol] == length) fill(code++, length, symbol);
  }

  unsigned take(Bits& in) const {
    const Slot slot = slots_[in.look(kBits)];
    in.take(slot.length);
    return slot.symbol;
  }

 private:
  static constexpr unsigned kBits = 7;
  struct Slot {
    std::uint8_t symbol = kSymbols, length = 0;  // no such code
  };

  /// Gives a code all slots that begin with it, its first bit being their lowest.
  void fill(unsigned code, unsigned length, unsigned symbol) {
    unsigned first = 0;
    for (unsigned bit = 0; bit < length; ++bit) first |= (code >> bit & 1) << (length - 1 - bit);
    for (; first < slots_.size(); first += 1U << length)
      slots_[first] = {static_cast<std::uint8_t>(symbol), static_cast<std::uint8_t>(length)};
  }

  std::array<Slot, 1U << kBits> slots_{};
};

using Lengths = std::array<std::uint8_t, kMostLiterals + kMostDistances>;

Lengths fixed_lengths() {  // section 3.2.6
  Lengths lengths{};
  for (std::size_t i = 0; i < kMostLiterals; ++i)
    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  return lengths;
}

/// Section 3.2.7: the lengths of both codes, themselves coded. Returns how many belong to the code
/// of literals; 0 where they make no sense.
std::size_t read_lengths(Bits& in, Lengths& lengths) {
  static constexpr std::array<std::uint8_t, LengthCode::kSymbols> kOrder = {
      16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  const std::size_t literals = in.take(5) + 257, distances = in.take(5) + 1;
  const std::size_t given = in.take(4) + 4;
  if (literals > kMostLiterals) return 0;
  std::array<std::uint8_t, LengthCode::kSymbols> own{};
  for (std::size_t i = 0; i < given; ++i) own[kOrder[i]] = static_cast<std::uint8_t>(in.take(3));
  const LengthCode code(own);
  for (std::size_t i = 0; i < literals + distances;) {
    const unsigned symbol = code.take(in);
    if (symbol > 18 || in.ended()) return 0;
    if (symbol < 16) {
      lengths[i++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    if (symbol == 16 && i == 0) return 0;
    const std::uint8_t repeated = symbol == 16 ? lengths[i - 1] : std::uint8_t{0};
    const std::size_t times = symbol == 16   ? 3 + in.take(2)
                              : symbol == 17 ? 3 + in.take(3)
                                             : 11 + in.take(7);
    if (times > literals + distances - i) return 0;
    for (const std::size_t stop = i + times; i < stop; ++i) lengths[i] = repeated;
  }
  return literals;
}

}  // namespace

DeflateStart deflate_start(ByteView stream) {
  DeflateStart start;
  Bits in(stream);
  in.take(1);  // BFINAL
  const unsigned type = in.take(2);
  if (type == 0) {  // section 3.2.4: LEN and its complement, then bytes as they are
    const ByteView stored = in.rest();
    if (stored.size() < 4) return start;
    const std::size_t length =
        std::to_integer<std::size_t>(stored[0]) | std::to_integer<std::size_t>(stored[1]) << 8;
    start.size = std::min({length, stored.size() - 4, DeflateStart::kMost});
    std::ranges::copy(stored.subspan(4, start.size), start.bytes.begin());
    return start;
  }
  if (type == 3) return start;
  Lengths lengths = type == 1 ? fixed_lengths() : Lengths{};
  const std::size_t literals = type == 1 ? kMostLiterals : read_lengths(in, lengths);
  const LiteralCode code(lengths.data(), literals);
  while (start.size < DeflateStart::kMost) {
    const unsigned symbol = code.take(in);
    if (symbol >= kEndOfBlock || in.ended()) break;
    start.bytes[start.size++] = static_cast<std::byte>(symbol);
  }
  return start;
}

}  // namespace normalize
