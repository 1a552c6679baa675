// Every codec is held to the same words: what it packs unpacks again, limits hold, and what the
// programs of this world pack is packed again as they did.

#include "normalizers/codec/codec.h"

#include <doctest/doctest.h>

#include <array>

#include "normalizers/bytes/checksum.h"
#include "normalizers/error.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"
#include "tests/support/words.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr UnpackLimits kAmple{std::uint64_t{1} << 30, std::uint64_t{160} << 20};

std::vector<const Codec*> writing_codecs() {
  return {&xz_codec(), &lzma_codec(), &zstd_codec(), &bzip2_codec(), &lz4_codec()};
}

/// Bytes that nothing packs, with some that everything packs in between.
Bytes noise(std::size_t size) {
  Bytes made = words(size);
  unsigned state = 99;
  for (std::size_t i = 0; i < size; ++i)
    if (i / 40'000 % 3 == 0)
      made[i] = static_cast<std::byte>((state = state * 1'664'525 + 1'013'904'223) >> 24);
  return made;
}

Bytes unpacked(const Codec& codec, ByteView stream) {
  Buffer output;
  const std::size_t end = unpack(codec, stream, kAmple, 0, output);
  CHECK(end == stream.size());
  return output.to_bytes();
}

/// What `tool` makes of `payload`, from a file or from a pipe.
Bytes packed_by(const std::string& tool, ByteView payload) {
  const TempTree tree;
  tree.file("in", payload);
  const std::string folder = "cd " + shell_word(tree.string()) + " && ";
  const CommandResult result = run_command(folder + tool);
  REQUIRE_MESSAGE(result.status == 0, result.output);
  return read_file(tree / "out");
}

void check_reproduced(const Codec& codec, const std::string& tool, ByteView payload) {
  CAPTURE(tool);
  const Bytes stream = packed_by(tool, payload);
  const Bytes before = unpacked(codec, stream);
  CHECK(equal(before, payload));
  // No more than the verdict: a failure would print megabytes.
  const bool same = codec.pack_like(stream, before, Content::view(payload)) == stream;
  CHECK(same);
}

}  // namespace

TEST_CASE("what a codec packs or stores unpacks again, and says where it ended") {
  for (const Codec* codec : writing_codecs())
    for (const std::size_t size : {0U, 1U, 100U, 300'000U}) {
      CAPTURE(std::string(codec->name()));
      CAPTURE(size);
      const Bytes payload = noise(size);
      std::vector<Bytes> streams = {codec->pack(Content::view(payload)).to_bytes()};
      if (codec->stores()) streams.push_back(codec->store(Content::view(payload)).to_bytes());
      for (Bytes& stream : streams) {
        CHECK(codec->starts(stream));
        const std::size_t stream_bytes = stream.size();
        stream.insert(stream.end(), 11, std::byte{0xaa});
        Buffer output(as_bytes("before:"));
        CHECK(unpack(*codec, stream, kAmple, 0, output) == stream_bytes);
        CHECK(equal(ByteView(output).subspan(7), payload));
      }
    }
}

TEST_CASE("a stored payload stands in the stream as it is") {
  const Bytes payload = words(5000);
  for (const Codec* codec : writing_codecs())
    if (codec->stores()) {
      const Bytes stream = codec->store(Content::view(payload)).to_bytes();
      CHECK(as_text(stream).find(as_text(payload)) != std::string_view::npos);
    }
}

TEST_CASE("the head is unpacked without the rest") {
  const Bytes payload = words(500'000);
  for (const Codec* codec : writing_codecs()) {
    CAPTURE(std::string(codec->name()));
    Bytes stream = codec->pack(Content::view(payload)).to_bytes();
    Bytes head;
    // The one block that these make of it comes out as a whole.
    const bool in_blocks = codec == &lz4_codec() || codec == &bzip2_codec();
    const std::size_t enough = in_blocks ? stream.size() : stream.size() * 3 / 4;
    unpack_head(*codec, ByteView(stream).first(enough), kAmple.memory, 0, 4096, head);
    CHECK(equal(head, ByteView(payload).first(4096)));
    Bytes all;
    CHECK(unpack_head(*codec, stream, kAmple.memory, 0, 2'000'000, all) == stream.size());
    CHECK(equal(all, payload));
  }
}

TEST_CASE(
    "a stream cut short is refused with its place, one overwritten never unpacks to other bytes") {
  const Bytes payload = words(20'000);
  for (const Codec* codec : writing_codecs()) {
    CAPTURE(std::string(codec->name()));
    Bytes stream = codec->pack(Content::view(payload)).to_bytes();
    Buffer output;
    CHECK_THROWS_AS(unpack(*codec, ByteView(stream).first(stream.size() / 2), kAmple, 0, output),
                    FormatError);
    CHECK_THROWS_AS(unpack(*codec, ByteView(stream).first(stream.size() - 1), kAmple, 0, output),
                    FormatError);
    if (codec == &lzma_codec()) continue;  // carries no check
    stream[stream.size() / 2] ^= std::byte{0x10};
    CHECK_THROWS_AS(unpack(*codec, stream, kAmple, 0, output), FormatError);
  }
}

TEST_CASE("unpacking stops at the limit of bytes") {
  const Content zeros = Content::own(Bytes(1'000'000));
  for (const Codec* codec : writing_codecs()) {
    CAPTURE(std::string(codec->name()));
    const Bytes stream = codec->pack(zeros).to_bytes();
    Buffer output;
    unpack(*codec, stream, {1'000'000, kAmple.memory}, 0, output);
    CHECK(output.size() == 1'000'000);
    output.cut(0);
    CHECK_THROWS_AS(unpack(*codec, stream, {999'999, kAmple.memory}, 0, output), LimitError);
  }
}

TEST_CASE("a decoder that would need more memory than it may is not started") {
  const Content payload = Content::own(words(1000));
  Buffer output;
  CHECK_THROWS_AS(unpack(xz_codec(), xz_codec().pack(payload), {kAmple.bytes, 1 << 20}, 0, output),
                  LimitError);
  CHECK_THROWS_AS(
      unpack(lzma_codec(), lzma_codec().pack(payload), {kAmple.bytes, 1 << 20}, 0, output),
      LimitError);
  // A frame that asks for a window of 2 GB (RFC 8878 section 3.1.1.1.2).
  const Bytes frame = bytes(std::string_view("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9));
  CHECK_THROWS_AS(unpack(zstd_codec(), frame, kAmple, 0, output), LimitError);
}

TEST_CASE("pieces of any size are packed to the same bytes") {
  const Bytes payload = noise(200'000);
  for (const Codec* codec : writing_codecs()) {
    CAPTURE(std::string(codec->name()));
    const Bytes whole = codec->pack(Content::view(payload)).to_bytes();
    for (const std::size_t step : {999U, 131'072U}) {
      Content pieces;
      for (std::size_t i = 0; i < payload.size(); i += step) {
        const ByteView part = ByteView(payload).subspan(i, std::min(step, payload.size() - i));
        pieces.append(Content::own(Bytes(part.begin(), part.end())));
      }
      const bool same = codec->pack(pieces) == whole;
      CHECK(same);
      const bool same_like = codec->pack_like(whole, payload, pieces) == whole;
      CHECK(same_like);
    }
  }
}

TEST_CASE("the default recipes' bytes are pinned, for ever") {
  const Content payload = Content::own(words(200'000));
  CHECK(crc32(ByteView(xz_codec().pack(payload))) == 0x0762c500);
  CHECK(crc32(ByteView(lzma_codec().pack(payload))) == 0x5220f6fc);
  CHECK(crc32(ByteView(zstd_codec().pack(payload))) == 0x83298fef);
  CHECK(crc32(ByteView(bzip2_codec().pack(payload))) == 0x75c05bda);
  CHECK(crc32(ByteView(lz4_codec().pack(payload))) == 0x4e0de5fd);
  CHECK(crc32(ByteView(zstd_codec().store(payload))) == 0xe192d8df);
  CHECK(crc32(ByteView(lz4_codec().store(payload))) == 0xfff3abf2);
}

TEST_CASE("what xz packs is packed again as it was: presets, checks, filters, blocks") {
  if (!have_tool("xz")) return;
  const Bytes payload = noise(200'000);
  for (const std::string options : {"-0",
                                    "-1",
                                    "-2",
                                    "-3",
                                    "-4",
                                    "-5",
                                    "-6",
                                    "-7",
                                    "-9",
                                    "-2e",
                                    "--check=crc32 -1",
                                    "--check=none -1",
                                    "--check=sha256 -1",
                                    "--x86 --lzma2=preset=1",
                                    "--delta=dist=4 --lzma2=preset=1",
                                    "--lzma2=preset=1,lc=0,lp=2,pb=2",
                                    "--lzma2=preset=6,dict=1536KiB",
                                    "--block-size=70000 -1",
                                    "-T2 -1",
                                    "-T2 -6",
                                    "-T2 --block-size=70000 -1"})
    check_reproduced(xz_codec(), "xz -c " + options + " < in > out", payload);
  check_reproduced(xz_codec(), "xz -c < in > out", {});
  check_reproduced(xz_codec(), "xz -c -T2 -0 < in > out", words(5'000'000));  // past the probe
}

TEST_CASE("what lzma packs is packed again as it was") {
  if (!have_tool("xz")) return;
  const Bytes payload = noise(100'000);
  for (const std::string options : {"-0", "-3", "-6", "-2e"})
    check_reproduced(lzma_codec(), "xz --format=lzma -c " + options + " < in > out", payload);
}

TEST_CASE("what zstd packs is packed again as it was: levels, sizes, checksums, jobs") {
  if (!have_tool("zstd")) return;
  const Bytes payload = noise(150'000);
  for (const std::string options : {"-1", "-3", "-6", "-9", "-12", "-15", "-17", "-18", "-19",
                                    "--no-check -19", "--single-thread -3", "-T2 -5"}) {
    check_reproduced(zstd_codec(), "zstd -q " + options + " -c in > out", payload);
    check_reproduced(zstd_codec(), "zstd -q " + options + " -c < in > out", payload);
  }
  check_reproduced(zstd_codec(), "zstd -q --ultra -20 -c < in > out", payload);
  check_reproduced(zstd_codec(), "zstd -q -c < in > out", {});
  const Bytes jobs = noise(4'000'000);  // level 1 packs them in pieces of two megabytes
  for (const std::string options : {"-1", "-1 -T2", "-1 --single-thread"})
    check_reproduced(zstd_codec(), "zstd -q " + options + " -c < in > out", jobs);
}

TEST_CASE("what bzip2 packs is packed again as it was") {
  if (!have_tool("bzip2")) return;
  const Bytes payload = noise(950'000);
  for (const std::string options : {"-1", "-5", "-9"})
    check_reproduced(bzip2_codec(), "bzip2 -c " + options + " < in > out", payload);
  check_reproduced(bzip2_codec(), "bzip2 -c < in > out", {});
}

TEST_CASE("what lz4 packs is packed again as it was: levels, blocks, checksums, legacy frames") {
  if (!have_tool("lz4")) return;
  const Bytes payload = noise(200'000);
  for (const std::string options :
       {"-1", "-3", "-6", "-9", "-12", "-9 -BD", "-1 -BD", "-9 -B4", "-9 -B4 -BD", "-1 -B4 -BD",
        "-BX", "--no-frame-crc", "--content-size -9", "-l", "-l -9"}) {
    check_reproduced(lz4_codec(), "lz4 -q -c " + options + " in > out", payload);
    check_reproduced(lz4_codec(), "lz4 -q -c " + options + " < in > out", payload);
  }
  check_reproduced(lz4_codec(), "lz4 -q -c < in > out", {});
  for (const std::string options : {"-1", "-1 -BD", "-l"})  // past the first block
    check_reproduced(lz4_codec(), "lz4 -q -c " + options + " in > out", words(9'000'000));
}

TEST_CASE("what compress packs is unpacked: codes of 10 to 16 bits, cleared tables") {
  if (!have_tool("compress")) return;
  const Bytes long_payload = noise(3'000'000);
  // compress 4.2 cannot read what it packs with -b 9.
  for (int bits = 10; bits <= 16; ++bits) {
    CAPTURE(bits);
    for (const std::size_t size : {1U, 1000U, 3'000'000U}) {
      const ByteView payload = ByteView(long_payload).first(size);
      const Bytes stream =
          packed_by("compress -f -b " + std::to_string(bits) + " -c < in > out", payload);
      const bool same = equal(unpacked(compress_codec(), stream), payload);
      CHECK(same);
    }
  }
}
