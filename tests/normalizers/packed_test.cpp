// What holds for every format that is nothing but a packed payload.

#include "normalizers/packed.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

struct Format {
  const Codec* codec;
  std::string suffix;
};

std::vector<Format> writing_formats() {
  return {{&xz_codec(), ".xz"},
          {&lzma_codec(), ".lzma"},
          {&zstd_codec(), ".zst"},
          {&bzip2_codec(), ".bz2"},
          {&lz4_codec(), ".lz4"}};
}

Bytes pack(const Format& format, ByteView payload) {
  return format.codec->pack(Content::view(payload)).to_bytes();
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Rules rules_with(Recompress recompress) {
  Rules rules = rules_with_epoch();
  rules.recompress = recompress;
  return rules;
}

}  // namespace

TEST_CASE("a payload is named after the file that packs it") {
  const PackedSuffix suffixes[] = {{".tgz", ".tar"}, {".gz", ""}};
  CHECK(payload_name("a.gz", suffixes) == "a");
  CHECK(payload_name("a.tgz", suffixes) == "a.tar");
  CHECK(payload_name("a", suffixes) == "a");
  CHECK(payload_name(".gz", suffixes) == ".gz");
}

TEST_CASE("a stream goes on to begin with the member of an archive that it began with") {
  const Bytes before = read_file(data_folder() / "tar/openbsd.tar");
  const Bytes after = normal(before, "a.tar");
  CHECK(before.size() != after.size());
  const std::string_view member = "lib/demo.py\0"sv;
  const auto cut = [&](const Format& format, const Bytes& tar) {
    const std::size_t border = as_text(tar).find(member);
    REQUIRE(border % 512 == 0);
    return pack(format, ByteView(tar).first(border)) + pack(format, ByteView(tar).subspan(border));
  };
  for (const Format& format : writing_formats()) {
    if (format.suffix == ".lzma") continue;  // has one stream
    CAPTURE(format.suffix);
    CHECK(normal(cut(format, before), "a.tar" + format.suffix) == cut(format, after));
  }
}

TEST_CASE("a payload that is not normal becomes so, and is packed again") {
  const Bytes noisy = noisy_gzip("some text");
  for (const Format& format : writing_formats()) {
    CAPTURE(format.suffix);
    const Outcome outcome = run(pack(format, noisy), "a.gz" + format.suffix);
    CHECK(outcome.format == format.codec->name());
    CHECK(outcome.bytes == pack(format, normal(noisy)));
    CHECK(outcome.found("MTIME"));
    CHECK(outcome.found("compressed data"));
    REQUIRE_FALSE(outcome.findings.empty());
    CHECK(outcome.findings.front().member == "a.gz");
  }
}

TEST_CASE("a stream with nobody's payload is carried over, however it was packed") {
  for (const Format& format : writing_formats()) {
    CAPTURE(format.suffix);
    const Outcome outcome = run(pack(format, bytes("text")), "a" + format.suffix);
    CHECK(outcome.format == format.codec->name());
    CHECK(outcome.outcome == Result::Outcome::already_normal);
    CHECK(outcome.remarks.empty());
  }
}

TEST_CASE("several streams are one payload, and keep their borders where its size stays") {
  const Bytes noisy = noisy_gzip("some text");
  const Bytes quiet = normal(noisy);
  REQUIRE(noisy.size() == quiet.size() + 6);  // "noise" and its NUL
  // An equal size: MTIME alone changes.
  Bytes late = quiet, early = quiet;
  late[4] = late[5] = late[6] = std::byte{0xff};
  early = normal(late);
  for (const Format& format : writing_formats()) {
    if (format.codec == &lzma_codec()) continue;  // one stream, always
    CAPTURE(format.suffix);
    const auto halves = [&](const Bytes& whole) {
      return pack(format, ByteView(whole).first(9)) + pack(format, ByteView(whole).subspan(9));
    };
    CHECK(run(halves(late), "a").bytes == halves(early));
    CHECK(run(halves(noisy), "a").bytes == pack(format, quiet));
  }
}

TEST_CASE("what stands behind the last stream stays, and is said unless it is zeros") {
  const Bytes noisy = noisy_gzip("some text");
  for (const Format& format : writing_formats()) {
    CAPTURE(format.suffix);
    const Outcome zeros = run(pack(format, noisy) + Bytes(8), "a");
    CHECK(zeros.bytes == pack(format, normal(noisy)) + Bytes(8));
    CHECK(zeros.remarks.empty());
    const Outcome tail = run(pack(format, noisy) + bytes("tail"), "a");
    CHECK(tail.bytes == pack(format, normal(noisy)) + bytes("tail"));
    CHECK(tail.remarked("4 bytes behind the last stream; kept"));
  }
}

TEST_CASE("the strict profile packs every stream by the default recipe") {
  const Bytes payload = bytes("text, text, text, text");
  for (const Format& format : writing_formats()) {
    CAPTURE(format.suffix);
    const Content content = Content::view(payload);
    if (format.codec->stores()) {
      const Bytes stored = format.codec->store(content).to_bytes();
      CHECK(run(stored, "a", strict_rules()).bytes == pack(format, payload));
    }
    CHECK_FALSE(run(pack(format, payload), "a", strict_rules()).changed());
  }
}

TEST_CASE("to store is to hold the payload as it is, where the format can") {
  const Bytes payload = bytes("text, text, text, text");
  for (const Format& format : writing_formats()) {
    CAPTURE(format.suffix);
    const Bytes packed = pack(format, payload);
    const Outcome outcome = run(packed, "a", rules_with(Recompress::store));
    CHECK(
        outcome.bytes ==
        (format.codec->stores() ? format.codec->store(Content::view(payload)).to_bytes() : packed));
  }
}

TEST_CASE("a bomb is left as it was, and said") {
  const Bytes zeros(100'000'000);
  for (const Format& format : {Format{&xz_codec(), ".xz"}, Format{&zstd_codec(), ".zst"}}) {
    CAPTURE(format.suffix);
    const Outcome outcome = run(pack(format, zeros), "a", strict_rules());
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK(outcome.remarked("unpacks to more than the limit allows"));
  }
}

TEST_CASE("damage is named with its place") {
  for (const Format& format : writing_formats()) {
    if (format.codec == &lzma_codec()) continue;  // what does not unpack is not recognized
    CAPTURE(format.suffix);
    Bytes stream = pack(format, noisy_gzip("some text"));
    stream.resize(stream.size() - 2);
    const std::string name(format.codec->name());
    CHECK(run(stream, "a").remarked(name + ": the " + name + " data is cut short (at 0x"));
  }
}
