#include "normalizers/codec/deflate_segment.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <random>

#include "normalizers/bytes/checksum.h"
#include "tests/support/words.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr SegmentEffort kEffort{};

Bytes deflated(ByteView plain, std::size_t segment_bytes) {
  Bytes stream;
  for (std::size_t at = 0; at < plain.size(); at += segment_bytes) {
    const std::size_t window = std::min<std::size_t>(at, 32'768);
    const std::size_t size = std::min(segment_bytes, plain.size() - at);
    const Bytes segment =
        deflate_segment(plain.subspan(at - window, window + size), window, kEffort);
    stream.insert(stream.end(), segment.begin(), segment.end());
  }
  stream.push_back(std::byte{3});  // an empty last block
  stream.push_back(std::byte{0});
  return stream;
}

/// By zlib; empty where it finds the stream damaged or not at its end.
Bytes inflated(const Bytes& stream, std::size_t size) {
  Bytes plain(size + 1);
  z_stream z{};
  inflateInit2(&z, -15);
  z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(stream.data()));
  z.avail_in = static_cast<uInt>(stream.size());
  z.next_out = reinterpret_cast<Bytef*>(plain.data());
  z.avail_out = static_cast<uInt>(plain.size());
  const bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.avail_in == 0;
  plain.resize(whole ? z.total_out : 0);
  inflateEnd(&z);
  return plain;
}

Bytes noise(std::size_t size, unsigned values) {
  std::mt19937 random(size);
  Bytes bytes(size);
  for (std::byte& each : bytes) each = static_cast<std::byte>(random() % values);
  return bytes;
}

void check_round_trip(const Bytes& plain) {
  for (const std::size_t segment : {1U, 7U, 500U, 8192U, 100'000U})
    if (plain.size() / segment < 3000)
      CHECK(inflated(deflated(plain, segment), plain.size()) == plain);
}

}  // namespace

TEST_CASE("zlib unpacks segments end to end, whatever they hold") {
  check_round_trip(bytes("a"));
  check_round_trip(words(200'000));
  check_round_trip(Bytes(300'000));
  for (const unsigned values : {2U, 3U, 40U, 256U}) check_round_trip(noise(70'000, values));
}

TEST_CASE("segments of every size end on a byte boundary") {
  const Bytes plain = words(40'000);
  for (std::size_t size = 1; size < 400; ++size) {
    const Bytes part(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(4 * size));
    CHECK(inflated(deflated(part, size), part.size()) == part);
  }
}

TEST_CASE("segments of no byte, and around the most that a stored block holds, unpack") {
  for (const std::size_t size : {0U, 1U, 65'534U, 65'535U, 65'536U, 131'071U})
    for (const Bytes& plain : {noise(size, 256), Bytes(size, std::byte{'x'}), words(size)})
      CHECK(inflated(deflated(plain, 200'000), size) == plain);
  CHECK(deflate_segment(words(100), 100, kEffort).size() <= 2);
}

TEST_CASE("a segment is packed the same by itself and in a stretch") {
  Bytes plain = words(90'000);
  const Bytes zeros(30'000), random = noise(60'000, 256);
  plain.insert(plain.end(), zeros.begin(), zeros.end());
  plain.insert(plain.end(), random.begin(), random.end());
  plain.insert(plain.end(), plain.begin() + 50'000, plain.begin() + 130'000);
  constexpr std::size_t kFront = 40'000;
  SegmentPacker packer(plain, kFront, kEffort);
  bool skips = false;
  for (std::size_t at = kFront, size = 1; at + size <= plain.size();
       at += size, size = size * 7 % 9001, skips = !skips) {
    if (skips) {
      packer.skip(size);
      continue;
    }
    const std::size_t window = std::min<std::size_t>(at, 32'768);
    const ByteView alone = ByteView(plain).subspan(at - window, window + size);
    REQUIRE(packer.pack(size) == deflate_segment(alone, window, kEffort));
  }
}

TEST_CASE("repetitions reach back through the whole window") {
  Bytes plain = noise(32'768, 256);
  plain.insert(plain.end(), plain.begin(), plain.begin() + 258);
  const Bytes segment = deflate_segment(plain, 32'768, kEffort);
  CHECK(segment.size() < 20);
  CHECK(inflated(deflated(plain, 32'768), plain.size()) == plain);
}

TEST_CASE("what does not repeat grows by five bytes at most") {
  const Bytes plain = noise(60'000, 256);
  CHECK(deflate_segment(plain, 0, kEffort).size() == plain.size() + 5);
}

TEST_CASE("text is packed smaller than by zlib at level 9") {
  const Bytes plain = words(32'000);
  uLongf size = compressBound(plain.size());
  Bytes packed(size);
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
            reinterpret_cast<const Bytef*>(plain.data()), plain.size(), 9);
  CHECK(deflate_segment(plain, 0, kEffort).size() < size - 6);
}

TEST_CASE("the bytes are pinned: others would make every package new to rsync") {
  const Bytes plain = words(30'000);
  CHECK(crc32(deflate_segment(plain, 20'000, kEffort)) == 99'603'669);
  CHECK(crc32(deflate_segment(noise(30'000, 20), 10'000, kEffort)) == 3'495'154'471);
}
