// Sketches and cuts: what they have to say of content, wherever it stands.

#include "driver/store/sketch.h"

#include <doctest/doctest.h>

#include <random>

#include "driver/store/likeness.h"
#include "driver/store/part_cutter.h"

using namespace normalize;
using namespace normalize::store;

namespace {

Bytes random_bytes(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  Bytes result(count);
  for (std::size_t i = 0; i + 8 <= count; i += 8) {
    const std::uint64_t value = random();
    std::memcpy(&result[i], &value, 8);
  }
  return result;
}

std::vector<std::size_t> parts_of(ByteView content, std::size_t step) {
  PartCutter cutter;
  std::vector<std::size_t> sizes;
  for (; !content.empty(); content = content.subspan(std::min(step, content.size())))
    cutter.add(content.first(std::min(step, content.size())),
               [&](const Bytes& part) { sizes.push_back(part.size()); });
  sizes.push_back(std::move(cutter).rest().size());
  return sizes;
}

}  // namespace

TEST_CASE("files with most of their content in common have numbers in common, others none") {
  const Bytes a = random_bytes(200'000, 1), other = random_bytes(200'000, 2);
  Bytes moved = random_bytes(5'000, 3);
  moved.insert(moved.end(), a.begin(), a.end());
  moved.resize(moved.size() - 9'000);
  CHECK(Sketch::of(a).likeness(Sketch::of(moved)) >= 3);
  CHECK(Sketch::of(a).likeness(Sketch::of(other)) == 0);
  CHECK(Sketch::of(a) == Sketch::of(a));
}

TEST_CASE("a small file has no sketch, and what has none is like nothing") {
  const Bytes small = random_bytes(4000, 1);
  CHECK(Sketch::of(small).empty());
  CHECK(Sketch::of(small).likeness(Sketch::of(small)) == 0);
}

TEST_CASE("a sketch is read back as it was written, and one that is cut short is refused") {
  for (const Sketch& sketch : {Sketch{}, Sketch::of(random_bytes(100'000, 5))}) {
    Bytes written;
    sketch.append_to(written);
    Reader in(written);
    CHECK(Sketch::take(in) == sketch);
    CHECK(in.remaining() == 0);
    Reader cut(ByteView(written).first(written.size() - 1));
    CHECK_THROWS_AS(Sketch::take(cut), FormatError);
  }
}

TEST_CASE("a large content is cut in the same places however it comes, none of them too far") {
  const Bytes content = random_bytes(std::size_t{140} << 20, 4);
  const std::vector<std::size_t> parts = parts_of(content, 1'000'003);
  CHECK(parts == parts_of(content, content.size()));
  CHECK(parts.size() >= 3);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    CHECK(parts[i] >= PartCutter::kLeastPart);
    CHECK(parts[i] <= kMostWhole);
  }
}
