// The structure of archives: what is kept of it, what is refused, and what is left alone.

#include <doctest/doctest.h>

#include "normalizers/bytes/reader.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/zip/extra.h"
#include "tests/support/bytes.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;

namespace {

using Names = std::vector<std::string>;

bool is_zip(ByteView file) {
  WholeSource source(file);
  const Normalizer* found = find_normalizer({"file", source.head(), source});
  return found && found->name() == "zip";
}

/// Replaces the first `from` by `to`, of the same length.
Bytes patched(Bytes archive, std::string_view from, std::string_view to) {
  const std::size_t at = as_text(archive).find(from);
  REQUIRE(at != std::string_view::npos);
  std::ranges::copy(as_bytes(to), archive.begin() + static_cast<std::ptrdiff_t>(at));
  return archive;
}

void check_damaged(const Bytes& archive, std::string_view problem) {
  const Outcome outcome = run(archive);
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.bytes == archive);
  CHECK_MESSAGE(outcome.remarked(problem), outcome.remarks.front().text);
}

void check_left(const Bytes& archive, std::string_view reason) {
  const Outcome outcome = run(archive);
  CHECK(outcome.outcome == Result::Outcome::already_normal);
  CHECK(outcome.bytes == archive);
  CHECK(outcome.remarked(reason));
}

}  // namespace

TEST_CASE("zip: a version that zip64 needs is made good, and that is told") {
  Bytes archive = normal(read_file(data_folder() / "zip" / "zip64.zip"));
  const Bytes clean = archive;
  REQUIRE(archive[4] == std::byte{45});  // version needed to extract, of the local header
  archive[4] = std::byte{20};
  const Outcome outcome = run(archive);
  CHECK(outcome.bytes == clean);
  CHECK(outcome.found("version and place of zip64 fields"));
}

TEST_CASE("zip: an archive is told by its first bytes, or behind a program by its last") {
  CHECK(is_zip(zip_file({{"a"}})));
  CHECK(is_zip(zip_file({})));
  CHECK(is_zip(zip_file({{"a"}}, {.prefix = "PK\7\10"})));
  CHECK(is_zip(zip_file({{"a"}}, {.prefix = "JM\1\0"s})));
  for (const std::string prefix : {"#!/usr/bin/python3\n",
                                   "\x7f"
                                   "ELF....",
                                   "MZ......"})
    for (const std::size_t comment : {0U, 65'535U})
      CHECK(is_zip(zip_file({{"a"}}, {.prefix = prefix, .comment = std::string(comment, 'c')})));
}

TEST_CASE("zip: nothing stands behind an ELF program that ends with its section headers") {
  const auto program = [](std::size_t table, bool is_64, bool is_big) {
    std::string head(64, '\0');
    const auto put = [&](std::size_t at, std::size_t size, std::size_t value) {
      for (std::size_t i = 0; i < size; ++i)
        head[at + (is_big ? size - 1 - i : i)] = static_cast<char>(value >> (8 * i));
    };
    head.replace(0, 4,
                 "\x7f"
                 "ELF");
    head[4] = is_64 ? '\2' : '\1';
    head[5] = is_big ? '\2' : '\1';
    put(is_64 ? 40 : 32, is_64 ? 8 : 4, table);
    put(is_64 ? 58 : 46, 2, 10);  // e_shentsize
    put(is_64 ? 60 : 48, 2, 2);   // e_shnum
    return head;
  };
  const std::size_t size = 64 + zip_file({{"a"}}).size();
  for (const bool is_64 : {false, true})
    for (const bool is_big : {false, true}) {
      CHECK_FALSE(is_zip(zip_file({{"a"}}, {.prefix = program(size - 20, is_64, is_big)})));
      CHECK(is_zip(zip_file({{"a"}}, {.prefix = program(44, is_64, is_big)})));
      CHECK(is_zip(zip_file({{"a"}}, {.prefix = program(size + 20, is_64, is_big)})));
    }
}

TEST_CASE("zip: PK alone is no archive, nor is a program that ends otherwise") {
  CHECK_FALSE(is_zip(bytes("PKGPATH=x11/xterm\n")));
  CHECK_FALSE(is_zip(bytes("#!/bin/sh\necho PK\5\6\n")));
  CHECK_FALSE(is_zip(zip_file({{"a"}}, {.prefix = "\x7f"
                                                  "ELF",
                                        .behind = "more"})));
  CHECK_FALSE(is_zip(zip_file({{"a"}}, {.prefix = "text\n"})));
}

TEST_CASE("zip: an archive that libarchive takes for an empty one is changed without its word") {
  const ZipFrame frame{.prefix = "#!/bin/sh\n", .offsets_from_archive = true, .with_64 = true};
  Bytes archive = zip_file({{"b"}, {"a"}}, frame);
  const zip::End end = zip::read_archive(archive).end;
  // Section 4.3.16 allows the record without zip64 to say it all, too.
  const std::string counts = {2, 0, 2, 0};
  const Bytes told =
      bytes(counts + little_endian32(static_cast<std::uint32_t>(end.directory_size)) +
            little_endian32(static_cast<std::uint32_t>(end.directory_offset)) + std::string(2, 0));
  std::ranges::copy(told, archive.end() - static_cast<std::ptrdiff_t>(told.size()));
  const Outcome outcome = run(archive, "f", strict_rules());
  CHECK(outcome.remarks.empty());
  CHECK(zip_names(outcome.bytes) == std::vector<std::string>{"a", "b"});
}

TEST_CASE("zip: a prefix stays, whatever its offsets count from") {
  for (const bool from_archive : {false, true}) {
    const ZipFrame frame{.prefix = "#!/bin/sh\n", .offsets_from_archive = from_archive};
    const Bytes after = normal(zip_file({{"b"}, {"a"}}, frame));
    CHECK(as_text(after).starts_with("#!/bin/sh\nPK"));
    const zip::Archive archive = zip::read_archive(after);
    CHECK(archive.base == (from_archive ? 10 : 0));
    CHECK(archive.prefix.size() == 10);
    CHECK(zip_names(after) == Names{"a", "b"});
  }
}

TEST_CASE("zip: comments stay, of the archive and of its entries") {
  const Bytes after = normal(zip_file({{.name = "a", .comment = "why"}}, {.comment = "what"}));
  CHECK(as_text(zip_entry(after, "a").comment) == "why");
  CHECK(as_text(zip::read_archive(after).end.comment) == "what");
}

TEST_CASE(
    "zip: zeros behind the end stay; with anything else the archive is left, and that is said") {
  const std::string zeros(10, '\0');
  const Bytes padded = normal(zip_file({{"b"}, {"a"}}, {.behind = zeros}));
  CHECK(as_text(padded).ends_with(zeros));
  CHECK(zip_names(padded) == Names{"a", "b"});
  check_left(zip_file({{"b"}, {"a"}}, {.behind = "tail"}),
             "4 bytes behind the end of the archive; left as it was");
}

TEST_CASE("zip: zip64 records and fields stay in safe, and go in strict where nothing needs them") {
  const ZipFrame frame{.with_64 = true};
  const Bytes archive = zip_file({{"b"}, {"a"}}, frame);
  CHECK(zip::read_archive(normal(archive)).end.has_64);
  const Bytes strict = normal(archive, "f", strict_rules());
  CHECK_FALSE(zip::read_archive(strict).end.has_64);
  CHECK(zip_names(strict) == Names{"a", "b"});
}

TEST_CASE("zip: more than 65534 entries need zip64, and take linear work") {
  std::vector<ZipEntry> entries(70'000);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].name = std::to_string((i * 7919) % entries.size());
    entries[i].data = "x";
    entries[i].method = zip::kStored;
  }
  const Bytes archive = zip_file(entries, {.with_64 = true});
  const Outcome outcome = run(archive);
  REQUIRE(outcome.changed());
  const zip::Archive after = zip::read_archive(outcome.bytes);
  CHECK(after.entries.size() == 70'000);
  CHECK(std::ranges::is_sorted(after.entries, {}, &zip::Entry::text_name));
  CHECK(run(outcome.bytes).outcome == Result::Outcome::already_normal);
}

TEST_CASE("zip: data descriptors of every kind stay in safe, and fold into the header in strict") {
  for (const bool wide : {false, true})
    for (const bool bare : {false, true}) {
      const Bytes archive = zip_file(
          {{.name = "b", .flags = 8, .wide_descriptor = wide, .bare_descriptor = bare}, {"a"}});
      const Bytes safe = normal(archive);
      const zip::Descriptor kept = zip_entry(safe, "b").descriptor;
      CHECK(kept.present);
      CHECK(kept.wide == wide);
      CHECK(kept.has_signature == !bare);
      CHECK(normal(archive, "f", strict_rules()) ==
            normal(zip_file({{"b"}, {"a"}}), "f", strict_rules()));
    }
}

TEST_CASE("zip: a changed member behind a data descriptor has its sizes there") {
  const Bytes jar =
      zip_file({{.name = "m", .data = "Manifest-Version: 1.0\nBuilt-By: me\nX: y\n", .flags = 8}});
  const Bytes after = normal(jar);
  const zip::Entry entry = zip_entry(after, "m");  // throws where header and descriptor disagree
  CHECK(entry.descriptor.present);
  CHECK(entry.local.size == 0);
  CHECK(entry.central.size == 27);
}

TEST_CASE("zip: stored members keep their alignment, by zeros or by the field of apksigner") {
  const auto aligned = [](const std::string& style) {
    std::vector<ZipEntry> entries;
    std::size_t at = 0;
    for (const auto& [name, alignment] :
         {std::pair("lib/b.so", 4096U), {"AndroidManifest.xml", 4U}, {"res.png", 4U}}) {
      ZipEntry entry{.name = name, .method = zip::kStored};
      const std::size_t frame = style == "zeros" ? 0 : 6;
      const std::size_t start = at + 30 + entry.name.size() + frame;
      const std::string fill((alignment - start % alignment) % alignment, '\0');
      const std::string declared{static_cast<char>(alignment & 0xff),
                                 static_cast<char>(alignment >> 8)};
      entry.local_extra = frame == 0 ? fill : extra_field(0xd935, declared + fill);
      at += 30 + entry.name.size() + entry.local_extra.size() + entry.data.size();
      entries.push_back(entry);
    }
    return entries;
  };
  for (const std::string style : {"zeros", "field"}) {
    std::vector<ZipEntry> entries = aligned(style);
    const Bytes after = normal(zip_file(entries));
    CHECK(zip_names(after) == Names{"AndroidManifest.xml", "lib/b.so", "res.png"});
    CHECK(zip_entry(after, "lib/b.so").data_offset % 4096 == 0);
    CHECK(zip_entry(after, "res.png").data_offset % 4 == 0);
    CHECK(zip::find_field(zip_entry(after, "res.png").local.extra, 0xd935).has_value() ==
          (style == "field"));
    CHECK(normal(after) == after);
  }
}

TEST_CASE("zip: a member whose CRC is wrong stays as it was, and the others do not suffer") {
  const std::string manifest = "Manifest-Version: 1.0\nBuilt-By: me\n";
  Bytes archive = zip_file({{.name = "good", .data = manifest, .method = zip::kStored},
                            {.name = "bad", .data = manifest, .method = zip::kStored}});
  const std::size_t at = as_text(archive).rfind("Built-By: me");
  archive[at + 10] = std::byte{'i'};
  const Outcome outcome = run(archive);
  CHECK(outcome.remarked("crc-32 does not match the data"));
  CHECK(as_text(outcome.bytes).find("Built-By: ie") != std::string_view::npos);
  CHECK(zip_entry(outcome.bytes, "good").central.size == 22);
}

TEST_CASE("zip: methods that are not opened are carried over") {
  const Bytes archive = zip_file({{.name = "b", .method = 14}, {.name = "a", .method = 93}});
  const Outcome outcome = run(archive);
  CHECK(zip_names(outcome.bytes) == Names{"a", "b"});
  CHECK(outcome.remarks.empty());
}

TEST_CASE(
    "zip: an encrypted entry whose password is checked by its time keeps it, and that is said") {
  const Outcome streamed = run(zip_file({{.name = "a", .flags = 9, .mode = 0100666}}));
  CHECK(zip_entry(streamed.bytes, "a").local.modified == kLate);
  CHECK(zip_entry(streamed.bytes, "a").mode() == 0100644);
  CHECK(streamed.remarked("part of the password check"));
  CHECK(zip_entry(normal(zip_file({{.name = "a", .flags = 9}}), "f", strict_rules()), "a")
            .descriptor.present);
  const Outcome by_crc = run(zip_file({{.name = "a", .flags = 1}}));
  CHECK_FALSE(zip_entry(by_crc.bytes, "a").local.modified == kLate);
  CHECK(by_crc.remarks.empty());
}

TEST_CASE("zip: what cannot be rewritten without knowing more is left, and that is said") {
  check_left(zip_file({{.name = "a", .flags = 0x41}}), "strongly encrypted");
  check_left(zip_file({{.name = "a", .flags = 0x2000}}), "strongly encrypted");
  check_left(zip_file({{"b"}, {"a"}}, {.before_directory = "what is this"}),
             "12 bytes behind \"a\" belong to no entry");
  check_left(patched(zip_file({{"a"}}), "PK\5\6\0\0"s, "PK\5\6\1\0"s), "several disks");
}

TEST_CASE("zip: zeros between entries go") {
  const Outcome outcome = run(zip_file({{"a"}}, {.before_directory = std::string(64, '\0')}));
  CHECK(outcome.found("padding between entries"));
  CHECK(outcome.bytes == normal(zip_file({{"a"}})));
}

TEST_CASE("zip: what local and central headers disagree on is damage") {
  check_damaged(zip_file({{.name = "a", .local_name = "b"}}),
                "file name differs from the central directory's (at 0x");
  const Bytes archive = zip_file({{.name = "a", .data = "1234", .method = zip::kStored}});
  check_damaged(patched(archive, "\4\0\0\0\4\0\0\0\1\0"s, "\4\0\0\0\5\0\0\0\1\0"s),
                "sizes differ from the central directory's");
  check_damaged(patched(archive, "PK\3\4\x14\0\0\0\0\0"s, "PK\3\4\x14\0\0\0\x8\0"s),
                "compression method differs");
}

TEST_CASE("zip: entries that share bytes, or point out of the archive, are damage") {
  const Bytes archive = zip_file({{"a"}, {"b"}});
  const std::uint32_t second = static_cast<std::uint32_t>(zip_entry(archive, "b").offset);
  check_damaged(patched(archive, little_endian32(second) + "b", little_endian32(0) + "b"),
                "two central directory entries share a local header");
  check_damaged(patched(archive, little_endian32(second) + "b", little_endian32(1 << 30) + "b"),
                "relative offset of local header leads out of the archive");
  const Bytes stored =
      zip_file({{.name = "a", .data = std::string(50, 'x'), .method = zip::kStored},
                {.name = "b", .data = "y", .method = zip::kStored}});
  const std::uint32_t later = static_cast<std::uint32_t>(zip_entry(stored, "b").offset);
  Bytes inside =
      patched(stored, std::string(50, 'x').substr(0, 40), "PK\3\4" + std::string(36, 'x'));
  check_damaged(patched(inside, little_endian32(later) + "b", little_endian32(31) + "b"),
                "the entry overlaps what follows it");
}

TEST_CASE("zip: zip64 records that point elsewhere, or to other disks, are not believed") {
  const Bytes archive = zip_file({{"a"}}, {.with_64 = true});
  const std::size_t locator = as_text(archive).find(zip::kLocatorSignature);
  Bytes elsewhere = archive;
  elsewhere[locator + 15] = std::byte{1};
  check_damaged(elsewhere, "the zip64 locator points elsewhere");
  Bytes disks = archive;
  disks[as_text(archive).find(zip::kEnd64Signature) + 20] = std::byte{1};
  check_left(disks, "several disks");
}

TEST_CASE("zip: an archive cut short has no end record") {
  Bytes archive = zip_file({{"a"}});
  archive.resize(archive.size() - 1);
  check_damaged(archive, "there is no end of central directory record");
}

TEST_CASE("zip: a count that does not fit the central directory is damage") {
  check_damaged(patched(zip_file({{"a"}}), "PK\5\6\0\0\0\0\1\0\1\0"s, "PK\5\6\0\0\0\0\2\0\2\0"s),
                "the central directory has 1 entries instead of 2");
}

TEST_CASE("zip: a bomb that is nobody's is looked at, and not unpacked whole") {
  const std::string zeros(80'000'000, '\0');
  const Outcome outcome = run(zip_file({{.name = "b", .data = zeros, .level = 9}, {"a"}}));
  CHECK(outcome.changed());
  CHECK(outcome.remarks.empty());
}

TEST_CASE("zip: a program within an archive is not unpacked to look for an archive behind it") {
  const std::string program =
      "\x7f"
      "ELF" +
      std::string(80'000'000, '\0');
  const Outcome outcome = run(zip_file({{.name = "lib.so", .data = program, .level = 1}, {"a"}}));
  CHECK(outcome.changed());
  CHECK(outcome.remarks.empty());
}
