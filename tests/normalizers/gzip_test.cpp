#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

struct Header {
  std::int64_t mtime = 0;
  std::uint8_t xfl = 0, os = 3;
  std::string_view name, comment, extra;
  bool header_crc = false, text = false;
};

Bytes gzip(const Header& header, std::string_view payload = "the payload", int level = 6) {
  Writer out;
  const bool has_name = !header.name.empty(), has_comment = !header.comment.empty();
  const unsigned flags = (header.text ? 1U : 0U) | (header.header_crc ? 2U : 0U) |
                         (header.extra.empty() ? 0U : 4U) | (has_name ? 8U : 0U) |
                         (has_comment ? 16U : 0U);
  out.text("\x1f\x8b\x08");
  out.byte(static_cast<std::uint8_t>(flags));
  out.little_endian(static_cast<std::uint32_t>(header.mtime));
  out.byte(header.xfl);
  out.byte(header.os);
  if (!header.extra.empty()) {
    out.little_endian(static_cast<std::uint16_t>(header.extra.size()));
    out.text(header.extra);
  }
  if (has_name) out.text(std::string(header.name) + '\0');
  if (has_comment) out.text(std::string(header.comment) + '\0');
  if (header.header_crc)
    out.little_endian(static_cast<std::uint16_t>(crc32(out.written_since(0)) & 0xffff));
  const Content content = Content::view(as_bytes(payload));
  out.bytes(deflate(content, {level, 8}));
  out.little_endian(crc32(content));
  out.little_endian(static_cast<std::uint32_t>(payload.size()));
  return std::move(out).finish().to_bytes();
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::uint32_t mtime_of(ByteView member) {
  return Reader(member.subspan(4)).little_endian<std::uint32_t>("MTIME");
}

}  // namespace

TEST_CASE("gzip: the same content packed on two days becomes the same bytes") {
  const Bytes monday = gzip({.mtime = kEpoch + 1, .os = 3});
  const Bytes tuesday = gzip({.mtime = kEpoch + 86'400, .os = 11});
  REQUIRE(monday != tuesday);
  CHECK(normal(monday) == normal(tuesday));
}

TEST_CASE("gzip: who never said on which system he packed is not made to") {
  const Bytes file = gzip({.os = 255});
  CHECK(normal(file) == file);
  CHECK(normal(file, "file", strict_rules()) == normal(gzip({}), "file", strict_rules()));
}

TEST_CASE("gzip: MTIME later than the epoch is lowered to it, an older one stays") {
  CHECK(mtime_of(normal(gzip({.mtime = kEpoch + 1}))) == kEpoch);
  CHECK(mtime_of(normal(gzip({.mtime = kEpoch - 1}))) == kEpoch - 1);
  CHECK(mtime_of(normal(gzip({.mtime = 0}))) == 0);
}

TEST_CASE("gzip: MTIME becomes zero without an epoch, and with --time=set the epoch") {
  CHECK(mtime_of(normal(gzip({.mtime = kEpoch}), "f", Rules{})) == 0);
  Rules set = rules_with_epoch();
  set.time_mode = TimeMode::set;
  CHECK(mtime_of(normal(gzip({.mtime = 5}), "f", set)) == kEpoch);
}

TEST_CASE("gzip: MTIME of zero, which says that there is none, stays with --time=set") {
  Rules set = rules_with_epoch();
  set.time_mode = TimeMode::set;
  CHECK(mtime_of(normal(gzip({.mtime = 0}), "f", set)) == 0);
}

TEST_CASE("gzip: an epoch past 2106 is moved to the last time MTIME holds, and that is said") {
  Rules rules;
  rules.epoch = std::int64_t{1} << 33;
  rules.time_mode = TimeMode::set;
  const Outcome outcome = run(gzip({.mtime = 1}), "f", rules);
  CHECK(mtime_of(outcome.bytes) == 0xffff'ffff);
  CHECK(outcome.remarked("MTIME cannot hold the epoch"));
}

TEST_CASE("gzip: FNAME is dropped, FCOMMENT and FEXTRA stay") {
  const Bytes named = gzip({.name = "tmp123", .comment = "why", .extra = "AB\1\0x"sv});
  const Bytes bare = gzip({.comment = "why", .extra = "AB\1\0x"sv});
  CHECK(normal(named) == normal(bare));
  CHECK(normal(bare) == bare);
}

TEST_CASE("gzip: FHCRC is made anew, and not left stale") {
  const Bytes file = gzip({.mtime = kEpoch + 1, .header_crc = true});
  CHECK(normal(file) == gzip({.mtime = kEpoch, .header_crc = true}));
}

TEST_CASE("gzip: a header whose FHCRC was wrong stays as it was") {
  Bytes file = gzip({.mtime = kEpoch + 1, .header_crc = true});
  file[10] ^= std::byte{1};
  const Outcome outcome = run(file);
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.bytes == file);
  CHECK(outcome.remarked("gzip: header CRC does not match"));
}

TEST_CASE("gzip: every member of a concatenated file is normalized, not only the first") {
  const Bytes first = gzip({.mtime = 1}), later = gzip({.mtime = kEpoch + 9}, "second");
  CHECK(normal(first + later) == first + gzip({.mtime = kEpoch}, "second"));
}

TEST_CASE("gzip: zeros behind the last member stay, and so does anything else, which is said") {
  const Bytes file = gzip({.mtime = 1});
  const Outcome padded = run(file + bytes("\0\0\0\0"sv));
  CHECK(padded.outcome == Result::Outcome::already_normal);
  CHECK(padded.remarks.empty());
  CHECK(run(file + bytes("tail")).remarked("4 bytes behind the last member; kept"));
}

TEST_CASE("gzip: a package signed by signify is left alone, and that is said") {
  const Bytes file =
      gzip({.mtime = kEpoch + 1, .comment = "untrusted comment: verify with k.pub\n"});
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == file);
  CHECK(outcome.remarked("signed"));
}

TEST_CASE("gzip: a signature by signify is an error or goes, as the rules say") {
  const Bytes file =
      gzip({.mtime = kEpoch + 1, .comment = "untrusted comment: verify with k.pub\n"});
  Rules rules = rules_with_epoch();
  rules.signed_files = SignedFiles::fail;
  const Outcome failed = run(file, "file", rules);
  CHECK(failed.bytes == file);
  REQUIRE(failed.remarks.size() == 1);
  CHECK(failed.remarks.front().kind == Remark::Kind::failed);

  rules.signed_files = SignedFiles::strip;
  const Outcome stripped = run(file, "file", rules);
  CHECK(stripped.bytes == normal(gzip({.mtime = kEpoch + 1})));
  CHECK(stripped.found("FCOMMENT, a signature"));
}

TEST_CASE("gzip: a packed file is normalized too, and packed again as it was") {
  for (const int level : {1, 6, 9}) {
    const std::string inner = std::string(as_text(gzip({.mtime = kEpoch + 1}, "deep down")));
    const std::string normal_inner = std::string(as_text(gzip({.mtime = kEpoch}, "deep down")));
    const Outcome outcome = run(gzip({}, inner, level), "a.gz");
    CHECK(outcome.bytes == gzip({}, normal_inner, level));
    REQUIRE(outcome.found("MTIME"));
    CHECK(outcome.findings.front().member == "a");
  }
}

TEST_CASE("gzip: what BGZF and dictzip index in an extra field is not packed again") {
  const std::string inner = std::string(as_text(gzip({.mtime = kEpoch + 1})));
  const Bytes file = gzip({.extra = "BC\2\0\1\1"sv}, inner);
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == file);
  CHECK(outcome.remarked("left as it was"));
}

TEST_CASE("gzip: FCOMMENT, which no program reads, is dropped in strict, and FEXTRA stays") {
  const Bytes commented = gzip({.name = "f", .comment = "packed by me", .extra = "AB\1\0x"sv});
  const Outcome outcome = run(commented, "f", strict_rules());
  CHECK(outcome.bytes == normal(gzip({.extra = "AB\1\0x"sv}), "f", strict_rules()));
  CHECK(outcome.found("FCOMMENT"));
}

TEST_CASE("gzip: FTEXT and FHCRC, which only some writers set, go in strict") {
  const Bytes file = gzip({.header_crc = true, .text = true});
  const Outcome outcome = run(file, "f", strict_rules());
  CHECK(outcome.bytes == gzip({}));
  CHECK(outcome.found("FTEXT"));
  CHECK(outcome.found("FHCRC"));
  CHECK(normal(file) == gzip({.header_crc = true, .text = true}));
}

TEST_CASE("gzip: FEXTRA that tells a file's type goes in strict, what may be an index stays") {
  const auto after = [](std::string_view extra) {
    return normal(gzip({.extra = extra}), "f", strict_rules());
  };
  CHECK(after("Ap\1\0xMc\2\0yz"sv) == gzip({}));
  CHECK(after("Ap\1\0xBC\2\0\1\1RO\0\0"sv) == gzip({.extra = "BC\2\0\1\1"sv}));
  for (const std::string_view kept : {"RA\1\0x"sv, "SG\1\0x"sv, "Ap\xff\0x"sv, "Ap"sv})
    CHECK(after(kept) == gzip({.extra = kept}));
  CHECK(run(gzip({.extra = "Ap\1\0x"sv}), "f", strict_rules()).found("FEXTRA"));
}

TEST_CASE("gzip: with FEXTRA gone, what a file unpacks to is normalized like any other") {
  const std::string inner = std::string(as_text(gzip({.mtime = kEpoch + 1})));
  const Outcome outcome = run(gzip({.extra = "Ap\1\0x"sv}, inner), "f", strict_rules());
  CHECK(outcome.found("MTIME"));
  CHECK(outcome.bytes == normal(gzip({}, inner), "f", strict_rules()));
}

TEST_CASE("gzip: what gzip, pigz, 7z and Python pack at any level is one file in strict") {
  const TempTree tree;
  std::string text;
  for (int i = 0; i < 3000; ++i) text += std::to_string(i % 97) + " words, ";
  tree.file("text", bytes(text));
  const std::string at = "cd " + shell_word(tree.string()) + " && ";
  std::vector<Bytes> packed;
  const auto pack = [&](const char* tool, const std::string& command) {
    if (!have_tool(tool)) return;
    REQUIRE(run_command(at + command).status == 0);
    packed.push_back(read_file(tree / "out.gz"));
    std::filesystem::remove(tree / "out.gz");
  };
  for (const char* level : {"1", "6", "9"}) {
    pack("gzip", std::string("gzip -c") + level + " text > out.gz");
    pack("pigz", std::string("pigz -c") + level + " text > out.gz");
  }
  pack("7z", "7z a -tgzip out.gz text");
  pack("python3",
       "python3 -c \"import gzip; gzip.open('out.gz', 'w').write(open('text', 'rb').read())\"");
  for (const Bytes& file : packed)
    CHECK(normal(file, "f", strict_rules()) == normal(packed.front(), "f", strict_rules()));
}

TEST_CASE("gzip: damage is named with its field and offset") {
  Bytes file = gzip({.mtime = kEpoch + 1});
  Bytes wrong_crc = file;
  wrong_crc[file.size() - 8] ^= std::byte{1};
  CHECK(run(wrong_crc).remarked("CRC32 does not match the data"));
  file.resize(file.size() - 3);
  CHECK(run(file).remarked("gzip: ISIZE needs 4 bytes, 1 are left (at 0x"));
}

TEST_CASE("gzip: sixteen levels are opened, the seventeenth is left as it was") {
  Bytes file = gzip({.mtime = kEpoch + 1}, "core");
  for (int level = 0; level < 17; ++level)
    file = gzip({.mtime = kEpoch + 1}, std::string(as_text(file)));
  const Outcome outcome = run(file);
  CHECK(outcome.changed());
  CHECK(outcome.remarked("deeper than 16 levels"));
  CHECK(std::ranges::count_if(outcome.findings, [](const Finding& finding) {
          return finding.field->name == "MTIME";
        }) == 17);
}

TEST_CASE("gzip: a bomb is left as it was, and said") {
  const std::string zeros(100'000'000, '\0');
  const Outcome outcome = run(gzip({.mtime = kEpoch + 1}, zeros, 9));
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("unpacks to more than the limit allows"));
}

TEST_CASE(
    "gzip: OS, XFL and the level of every member are one in strict, so that all levels meet") {
  const std::string text = "text, text, text, text. " + std::string(300, 'x') + "text, text";
  const Bytes fast = normal(gzip({.xfl = 4}, text, 1), "a", strict_rules());
  const Bytes best = normal(gzip({.xfl = 2}, text, 9), "a", strict_rules());
  CHECK(fast == best);
  CHECK(fast == gzip({}, text, 6));
}

TEST_CASE("gzip: a file with an index in an extra field keeps its compressed data at any profile") {
  const Bytes file = gzip({.extra = "BC\2\0\1\1"sv}, "text, text, text, text", 1);
  CHECK(normal(file, "a", strict_rules()) == file);
}

TEST_CASE("gzip: to store is to hold the payload in stored blocks") {
  Rules rules = rules_with_epoch();
  rules.recompress = Recompress::store;
  const std::string text(100'000, 'x');
  const Bytes stored = normal(gzip({}, text), "a", rules);
  CHECK(stored.size() == 10 + 2 * 5 + text.size() + 8);
  CHECK(inflate(ByteView(stored).subspan(10), 0, 1 << 20, 0).data == bytes(text));
  CHECK_FALSE(run(stored, "a", rules).changed());
}
