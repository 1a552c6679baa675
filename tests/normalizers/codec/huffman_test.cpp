#include "normalizers/codec/huffman.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace normalize;

namespace {

/// How much of all codes of `most` bits these lengths take up.
std::uint64_t used(const std::vector<std::uint8_t>& lengths, unsigned most) {
  std::uint64_t sum = 0;
  for (const std::uint8_t length : lengths)
    if (length > 0) sum += std::uint64_t{1} << (most - length);
  return sum;
}

/// Each as large as the two before it together: Huffman's tree becomes as deep as it can.
std::vector<std::uint32_t> fibonacci(std::size_t count) {
  std::vector<std::uint32_t> numbers(count, 1);
  for (std::size_t i = 2; i < count; ++i) numbers[i] = numbers[i - 1] + numbers[i - 2];
  return numbers;
}

}  // namespace

TEST_CASE("frequent symbols get short codes") {
  const std::vector<std::uint32_t> counts{1, 0, 8, 4, 2, 1};
  CHECK(code_lengths(counts, 15) == std::vector<std::uint8_t>{4, 0, 1, 2, 3, 4});
}

TEST_CASE("no code is longer than the limit, and the code stays full") {
  for (const unsigned most : {7U, 15U})
    for (std::size_t count = 2; count <= 30; ++count) {
      const auto lengths = code_lengths(fibonacci(count), most);
      CHECK(*std::max_element(lengths.begin(), lengths.end()) <= most);
      if (count <= std::size_t{1} << most) CHECK(used(lengths, most) == 1U << most);
    }
  const std::vector<std::uint32_t> all(128, 1);
  CHECK(code_lengths(all, 7) == std::vector<std::uint8_t>(128, 7));
}

TEST_CASE("a code always has two symbols") {
  const std::vector<std::uint32_t> none(5), last{0, 0, 0, 0, 9};
  CHECK(code_lengths(none, 15) == std::vector<std::uint8_t>{1, 1, 0, 0, 0});
  CHECK(code_lengths(last, 15) == std::vector<std::uint8_t>{1, 0, 0, 0, 1});
}

TEST_CASE("codes are those of the example in RFC 1951 section 3.2.2") {
  const std::vector<std::uint8_t> lengths{3, 3, 3, 3, 3, 2, 4, 4};
  // 010 011 100 101 110 00 1110 1111, first bit lowest
  CHECK(codes_of(lengths) ==
        std::vector<std::uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111});
}
