#include "normalizers/codec/deflate.h"

#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/error.h"
#include "tests/support/words.h"

using namespace normalize;
using test::words;

namespace {

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 40;

}  // namespace

TEST_CASE("what is deflated inflates again, and says where it ended") {
  for (const std::size_t size : {0U, 1U, 100U, 90'000U})
    for (const int level : {1, 6, 9}) {
      const Bytes payload = words(size);
      Bytes stream = deflate(Content::view(payload), {level, 8}).to_bytes();
      const std::size_t stream_bytes = stream.size();
      stream.insert(stream.end(), 10, std::byte{0xaa});
      const Inflated inflated = inflate(stream, 0, kNoLimit, 0);
      CHECK(inflated.data == payload);
      CHECK(inflated.stream_bytes == stream_bytes);
    }
}

TEST_CASE("the size a container declares is a hint, right or wrong") {
  const Bytes payload = words(50'000);
  const Bytes stream = deflate(Content::view(payload), {}).to_bytes();
  for (const std::uint64_t hint : {std::uint64_t{1}, std::uint64_t{50'000}, ~std::uint64_t{0}})
    CHECK(inflate(stream, hint, kNoLimit, 0).data == payload);
}

TEST_CASE("the head of a stream is unpacked without the rest") {
  const Bytes payload = words(100'000);
  Bytes stream = deflate(Content::view(payload), {}).to_bytes();
  const Bytes head(payload.begin(), payload.begin() + 4096);
  CHECK(inflate_head(stream, 4096, 0) == head);
  CHECK(inflate_head(stream, 200'000, 0) == payload);
  stream.back() ^= std::byte{0xff};
  CHECK(inflate_head(stream, 4096, 0) == head);
}

TEST_CASE("a stream cut short or overwritten is refused with its place") {
  const Bytes payload = words(1000);
  Bytes stream = deflate(Content::view(payload), {}).to_bytes();
  stream.resize(stream.size() / 2);
  CHECK_THROWS_AS(inflate(stream, 0, kNoLimit, 0), FormatError);
  CHECK_THROWS_AS(inflate_head(stream, 4096, 0), FormatError);
  const Bytes noise(50, std::byte{0xff});
  CHECK_THROWS_AS(inflate(noise, 0, kNoLimit, 0), FormatError);
  CHECK_THROWS_AS(inflate({}, 0, kNoLimit, 0), FormatError);
}

TEST_CASE("unpacking stops at the limit") {
  const Bytes stream = deflate(Content::own(Bytes(1'000'000)), {9, 8}).to_bytes();
  CHECK(inflate(stream, 0, 1'000'000, 0).data.size() == 1'000'000);
  CHECK_THROWS_AS(inflate(stream, 0, 999'999, 0), LimitError);
  CHECK_THROWS_AS(inflate(stream, 1'000'000, 999'999, 0), LimitError);
}

TEST_CASE("the recipe of a stream is found from what it unpacks to") {
  const Bytes payload = words(60'000);
  const Content content = Content::view(payload);
  for (int level = 1; level <= 9; ++level)
    for (const int memory_level : {8, 9}) {
      const Bytes stream = deflate(content, {level, memory_level}).to_bytes();
      const auto found = find_deflate_recipe(payload, stream, {});
      REQUIRE(found);
      CHECK(deflate(content, *found) == stream);
    }
  Bytes foreign = deflate(content, {}).to_bytes();
  foreign.push_back(std::byte{0});
  CHECK_FALSE(find_deflate_recipe(payload, foreign, {}));
}

TEST_CASE("pieces of any size deflate to the same bytes") {
  const Bytes payload = words(70'000);
  const Bytes whole = deflate(Content::view(payload), {}).to_bytes();
  for (const std::size_t step : {7U, 999U, 65'536U}) {
    Content pieces;
    for (std::size_t i = 0; i < payload.size(); i += step) {
      const ByteView part = ByteView(payload).subspan(i, std::min(step, payload.size() - i));
      pieces.append(Content::own(Bytes(part.begin(), part.end())));
    }
    CHECK(deflate(pieces, {}) == whole);
  }
}

TEST_CASE("the recipes' bytes are pinned, for ever") {
  const Content payload = Content::own(words(200'000));
  const auto pinned = [&](int level, int memory_level) {
    return crc32(ByteView(deflate(payload, {level, memory_level})));
  };
  CHECK(pinned(1, 8) == 0xb0e5c16c);
  CHECK(pinned(6, 8) == 0x5686ccbd);
  CHECK(pinned(6, 9) == 0x1e1b42dc);
  CHECK(pinned(9, 8) == 0xca312a3f);
}
