#include "normalizers/codec/dynamic_header.h"

#include <doctest/doctest.h>

#include <random>

using namespace normalize;

namespace {

/// Symbols of a segment of a program: many literals, each of which comes up a few times.
SymbolCounts uneven(unsigned seed) {
  std::mt19937 random(seed);
  SymbolCounts counts;
  for (std::uint32_t& count : counts.lengths) count = static_cast<std::uint32_t>(random() % 9);
  for (std::uint32_t& count : counts.distances) count = static_cast<std::uint32_t>(random() % 30);
  counts.lengths[kEndOfBlock] = 1;
  return counts;
}

std::size_t bits(const SymbolCounts& counts, const BlockCodes& codes) {
  return DynamicHeader(codes).bits() + bits_of(counts, codes);
}

}  // namespace

TEST_CASE("a header is as long as it says, with lengths on top too") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const DynamicHeader header(codes_with_header_for(uneven(seed)));
    for (unsigned on_top = 0; on_top <= header.spare(); ++on_top) {
      Bytes out;
      BitWriter writer(out);
      header.write(writer, on_top);
      writer.align();
      CHECK(out.size() == (header.bits() + 3 * on_top + 7) / 8);
    }
  }
}

TEST_CASE("a header is told in fewer bits than those of the shortest codes") {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const SymbolCounts counts = uneven(seed);
    const BlockCodes shortest = codes_for(counts), chosen = codes_with_header_for(counts);
    CHECK(bits(counts, chosen) < bits(counts, shortest));
    CHECK(bits_of(counts, chosen) >= bits_of(counts, shortest));
  }
}

TEST_CASE("every symbol that occurs keeps a code") {
  for (const std::uint32_t tolerance : {1U, 4U, 100U, 1'000'000U})
    for (unsigned seed = 0; seed < 20; ++seed) {
      const SymbolCounts counts = uneven(seed);
      const BlockCodes codes = levelled_codes_for(counts, tolerance);
      for (std::size_t i = 0; i < counts.lengths.size(); ++i)
        if (counts.lengths[i] > 0) CHECK(codes.lengths[i] > 0);
      for (std::size_t i = 0; i < counts.distances.size(); ++i)
        if (counts.distances[i] > 0) CHECK(codes.distances[i] > 0);
    }
}

TEST_CASE("bits are written from the lowest on") {
  Bytes out;
  BitWriter writer(out);
  writer.put(1, 1);
  CHECK(!writer.is_aligned());
  writer.put(0b10, 2);
  writer.put(0xffff'ffff, 32);
  writer.put(0, 5);
  CHECK(writer.is_aligned());
  writer.align();
  CHECK(out ==
        Bytes{std::byte{0xfd}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0x07}});
}
