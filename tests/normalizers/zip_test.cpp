#include <doctest/doctest.h>

#include "normalizers/bytes/checksum.h"
#include "normalizers/zip/dos_time.h"
#include "tests/support/bytes.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;

namespace {

using Names = std::vector<std::string>;

std::string ut(std::uint32_t mtime) { return extra_field(0x5455, "\1" + little_endian32(mtime)); }

/// As Info-ZIP writes it: times of modification and access in front, and an owner.
ZipEntry by_infozip(std::string name, std::uint32_t mtime, std::uint32_t atime, std::uint8_t uid) {
  const std::string owner =
      extra_field(0x7875, "\1\4"s + static_cast<char>(uid) + "\0\0\0\4\0\0\0\0"s);
  ZipEntry entry{std::move(name)};
  entry.local_extra =
      extra_field(0x5455, "\3" + little_endian32(mtime) + little_endian32(atime)) + owner;
  entry.central_extra = extra_field(0x5455, "\3" + little_endian32(mtime)) + owner;
  return entry;
}

std::int64_t dos_time_of(ByteView archive, std::string_view name) {
  const zip::Entry entry = zip_entry(archive, name);
  CHECK(entry.local.modified == entry.central.modified);
  return zip::to_seconds(entry.central.modified);
}

constexpr std::int64_t kDosEpoch = kEpoch - 1;  // two seconds a step: never later than the epoch
constexpr std::int64_t k1980 = 315'532'800;

}  // namespace

TEST_CASE("zip: zips of the same files, made on two days, in two orders, become the same bytes") {
  ZipEntry a{"a.txt"}, b{"b.txt"};
  const Bytes monday = zip_file({a, b});
  a.modified.date += 1;
  b.modified.time += 7;
  const Bytes tuesday = zip_file({b, a});
  REQUIRE(monday != tuesday);
  CHECK(normal(monday) == normal(tuesday));
  CHECK(normal(monday, "f", Rules{}) == normal(tuesday, "f", Rules{}));
}

TEST_CASE("zip: a DOS time becomes the last even second up to the epoch, and an older one stays") {
  CHECK(dos_time_of(normal(zip_file({{"a"}})), "a") == kDosEpoch);
  const zip::DosTime old{0, 40 << 9 | 1 << 5 | 1};
  CHECK(dos_time_of(normal(zip_file({{.name = "a", .modified = old}})), "a") ==
        zip::to_seconds(old));
}

TEST_CASE("zip: without an epoch the time becomes 1980, as it does where month and day were zero") {
  CHECK(dos_time_of(normal(zip_file({{"a"}}), "f", Rules{}), "a") == k1980);
  const Bytes undated = zip_file({{.name = "a", .modified = {0, 0}}});
  const Bytes after = normal(undated);
  CHECK(zip_entry(after, "a").central.modified == zip::DosTime{0, 1 << 5 | 1});
}

TEST_CASE("zip: with --time=set an odd epoch settles, and a second run changes nothing") {
  Rules set = rules_with_epoch();
  set.time_mode = TimeMode::set;
  const Bytes once = normal(zip_file({{.name = "a", .modified = {0, 0}}}), "f", set);
  CHECK(dos_time_of(once, "a") == kDosEpoch);
  CHECK(run(once, "f", set).outcome == Result::Outcome::already_normal);
}

TEST_CASE("zip: an epoch before 1980 is moved to 1980, and that is said") {
  Rules rules;
  rules.epoch = 0;
  const Outcome outcome = run(zip_file({{"a"}}), "f", rules);
  CHECK(dos_time_of(outcome.bytes, "a") == k1980);
  CHECK(outcome.remarked("last mod file time cannot hold the epoch"));
}

TEST_CASE("zip: DOS times are read and written to the last second of 2107") {
  for (const std::int64_t seconds : {k1980, kDosEpoch, std::int64_t{951'827'696},  // 2000-02-29
                                     zip::kDosRange.ceiling})
    CHECK(zip::to_seconds(zip::to_dos_time(seconds)) == seconds);
  CHECK(zip::to_text(kLate) == "2025-06-07T08:09:10");
}

TEST_CASE("zip: a time in UTC is believed, so that two time zones meet") {
  ZipEntry utc{.name = "a", .local_extra = ut(1'600'000'001), .central_extra = ut(1'600'000'001)};
  ZipEntry tokyo = utc;
  utc.modified = zip::to_dos_time(1'600'000'002);
  tokyo.modified = zip::to_dos_time(1'600'000'002 + 9 * 3600);
  CHECK(normal(zip_file({utc})) == normal(zip_file({tokyo})));
  CHECK(dos_time_of(normal(zip_file({tokyo})), "a") == 1'600'000'000);
}

TEST_CASE("zip: access times and owners are dropped, times of modification clamped") {
  const Outcome outcome = run(zip_file({by_infozip("a", kEpoch + 5, kEpoch + 9, 42)}));
  const zip::Entry entry = zip_entry(outcome.bytes, "a");
  CHECK(as_text(entry.local.extra) == ut(kEpoch));
  CHECK(as_text(entry.central.extra) == ut(kEpoch));
  CHECK(outcome.found("Unix UID, GID"));
  CHECK(outcome.found("UT AcTime, CrTime"));
  CHECK(outcome.found("UT ModTime"));
}

TEST_CASE("zip: old Unix, NTFS and PKWARE fields get normal times and owners") {
  const std::string time = little_endian32(kEpoch + 7), normal_time = little_endian32(kEpoch);
  const auto after = [&](std::uint16_t id, const std::string& data) {
    ZipEntry entry{.name = "a", .local_extra = extra_field(id, data)};
    const Bytes archive = normal(zip_file({entry}));
    return std::string(as_text(zip_entry(archive, "a").local.extra));
  };
  CHECK(after(0x5855, time + time + "\1\2\3\4") == extra_field(0x5855, normal_time + normal_time));
  CHECK(after(0x7855, "\1\2\3\4").empty());
  CHECK(after(0x000d, time + time + "\1\2\3\4target") ==
        extra_field(0x000d, normal_time + normal_time + "\0\0\0\0target"s));

  const auto ticks = [](std::uint64_t seconds) {
    const std::uint64_t value = (seconds + 11'644'473'600) * 10'000'000;
    return little_endian32(static_cast<std::uint32_t>(value)) +
           little_endian32(static_cast<std::uint32_t>(value >> 32));
  };
  const std::string head = "\0\0\0\0\1\0\x18\0"s;
  CHECK(after(0x000a, head + ticks(kEpoch + 3) + ticks(kEpoch + 4) + ticks(1)) ==
        extra_field(0x000a, head + ticks(kEpoch) + ticks(kEpoch) + ticks(kEpoch)));
}

TEST_CASE("zip: an ASi field loses its owner and what a umask wrote, and its checksum fits") {
  // Mode, SizDev, UID, GID and the target of a link, behind a checksum of these.
  const auto asi = [](const std::string& mode, const std::string& owner) {
    const std::string rest = mode + "\0\0\0\0"s + owner + "target";
    return extra_field(0x756e, little_endian32(crc32(as_bytes(rest))) + rest);
  };
  const auto after = [](const std::string& field) {
    ZipEntry entry{.name = "a", .local_extra = field};
    const Bytes archive = normal(zip_file({entry}));
    return std::string(as_text(zip_entry(archive, "a").local.extra));
  };
  const std::string group_may_write = "\xb4\x81", owner_alone_may = "\xa4\x81";  // 0100664, 0100644
  CHECK(after(asi(group_may_write, "\xe8\3\x14\0"s)) == asi(owner_alone_may, "\0\0\0\0"s));
  std::string damaged = asi(group_may_write, "\xe8\3\x14\0"s);
  damaged.back() = 'T';
  CHECK(after(damaged) == damaged);
}

TEST_CASE("zip: extra fields that nobody knows stay, those with bad lengths too") {
  const std::string unknown = extra_field(0x9999, "what") + "\x99\x99\xff\xff!";
  ZipEntry entry{.name = "a", .local_extra = ut(1) + unknown, .central_extra = unknown};
  const Bytes after = normal(zip_file({entry}));
  CHECK(as_text(zip_entry(after, "a").local.extra) == ut(1) + unknown);
  CHECK(as_text(zip_entry(after, "a").central.extra) == unknown);
}

TEST_CASE("zip: extra fields that no reader is known to need go in strict, the others stay") {
  const std::string unknown = extra_field(0x9999, "what"), room = extra_field(0xa220, "\0\0"s);
  const std::string name = extra_field(0x7075, "\1name"), type = extra_field(0x334d, "mac");
  const std::string cut = "\x99\x99\xff\xff!";
  const ZipEntry entry{.name = "a",
                       .local_extra = unknown + name + room + type + cut,
                       .central_extra = unknown + type};
  const Outcome outcome = run(zip_file({entry}), "f", strict_rules());
  const zip::Entry after = zip_entry(outcome.bytes, "a");
  CHECK(as_text(after.local.extra) == name + type + cut);
  CHECK(as_text(after.central.extra) == type);
  CHECK(outcome.found("extra field"));
  CHECK(run(outcome.bytes, "f", strict_rules()).outcome == Result::Outcome::already_normal);
}

TEST_CASE("zip: comments of entries go in strict, the archive's own stays") {
  const Bytes archive =
      zip_file({{.name = "a", .comment = "packed by \xc3\xa9"}}, {.comment = "why"});
  const Outcome outcome = run(archive, "f", strict_rules());
  CHECK(zip_entry(outcome.bytes, "a").comment.empty());
  CHECK(as_text(zip::read_archive(outcome.bytes).end.comment) == "why");
  CHECK(outcome.found("file comment"));
  CHECK(outcome.bytes == normal(zip_file({{"a"}}, {.comment = "why"}), "f", strict_rules()));
}

TEST_CASE("zip: in strict, archives of three writers of one content meet") {
  ZipEntry infozip = by_infozip("a", kEpoch + 5, kEpoch + 9, 42);
  infozip.mode = 0100664;
  infozip.flags = 2;
  ZipEntry python{"a"};
  python.mode = 0100600;
  ZipEntry java{.name = "a", .flags = 0x0808, .made_by = 20, .mode = 0};
  const Bytes expected = normal(zip_file({python}), "f", strict_rules());
  CHECK(normal(zip_file({infozip}), "f", strict_rules()) == expected);
  CHECK(normal(zip_file({java}), "f", strict_rules()) == expected);
  CHECK(normal(zip_file({java}, {.with_64 = true}), "f", strict_rules()) == expected);
}

TEST_CASE("zip: group and other write are dropped, the rest of the mode and the host stay") {
  const auto mode_of = [](std::uint32_t mode, const Rules& rules) {
    const Bytes after = normal(zip_file({{.name = "a", .mode = mode}}), "f", rules);
    return zip_entry(after, "a").mode();
  };
  CHECK(mode_of(0100666, rules_with_epoch()) == 0100644);
  CHECK(mode_of(0100570, rules_with_epoch()) == 0100550);
  CHECK(mode_of(0120777, rules_with_epoch()) == 0120777);
  CHECK(mode_of(0100600, strict_rules()) == 0100644);
  CHECK(mode_of(0100500, strict_rules()) == 0100755);
  CHECK(mode_of(0120755, strict_rules()) == 0120777);
  const Bytes folder = zip_file({{.name = "a/", .data = "", .mode = 0700}});
  CHECK(zip_entry(normal(folder, "f", strict_rules()), "a/").mode() == 0040755);
}

TEST_CASE("zip: in strict, what a mode of no Unix writer makes of an entry stays in doubt") {
  const auto settled = [](std::uint32_t mode, std::uint32_t dos) {
    const ZipEntry entry{.name = "a", .made_by = 20, .mode = mode, .dos_attributes = dos};
    const Outcome outcome = run(zip_file({entry}), "f", strict_rules());
    CHECK(outcome.remarks.empty());
    const zip::Entry after = zip_entry(outcome.bytes, "a");
    CHECK(after.host() == (mode == 0100600 ? 3 : 0));
    return after.external_attributes;
  };
  CHECK(settled(0173000, 0) == 0173000U << 16);  // no type at all
  CHECK(settled(0120777, 0) == 0120777U << 16);  // a symbolic link, for Info-ZIP
  CHECK(settled(0, 0x10) == 0x10);               // a folder, for libarchive
  CHECK(settled(0100600, 0x20) == 0100644U << 16);
}

TEST_CASE("zip: entries of one name (duplicates) keep their order") {
  const Bytes archive =
      zip_file({{.name = "b", .data = "first"}, {.name = "b", .data = "second"}, {"a"}});
  const Bytes after = normal(archive);
  CHECK(zip_names(after) == Names{"a", "b", "b"});
  CHECK(zip::read_archive(after).entries[1].central.size == 5);
}

TEST_CASE("jar: META-INF/ and the manifest lead, whatever their case") {
  const Bytes jar = zip_file({{"A.class"}, {"META-INF/MANIFEST.MF"}, {"META-INF/"}, {"B.class"}});
  CHECK(zip_names(normal(jar)) == Names{"META-INF/", "META-INF/MANIFEST.MF", "A.class", "B.class"});
  const Bytes lower = zip_file({{"A"}, {"meta-inf/manifest.mf"}});
  CHECK(zip_names(normal(lower)) == Names{"meta-inf/manifest.mf", "A"});
}

TEST_CASE("jar: the tool's mark goes to the entry that is first now") {
  const std::string mark = extra_field(0xcafe, "");
  ZipEntry marked{.name = "b", .local_extra = mark, .central_extra = mark};
  const Bytes after = normal(zip_file({marked, {"a"}}));
  CHECK(as_text(zip_entry(after, "a").local.extra) == mark);
  CHECK(as_text(zip_entry(after, "a").central.extra) == mark);
  CHECK(zip_entry(after, "b").local.extra.empty());
}

TEST_CASE("zip: mimetype leads an EPUB, [Content_Types].xml a document, RECORD ends a wheel") {
  CHECK(zip_names(normal(zip_file({{"mimetype"}, {"a"}, {"META-INF/container.xml"}}))) ==
        Names{"mimetype", "META-INF/container.xml", "a"});
  CHECK(zip_names(normal(zip_file({{"docProps/app.xml"},
                                   {"word/document.xml"},
                                   {"_rels/.rels"},
                                   {"[Content_Types].xml"}}))) ==
        Names{"[Content_Types].xml", "_rels/.rels", "word/document.xml", "docProps/app.xml"});
  CHECK(zip_names(normal(zip_file({{.name = "p-1.dist-info/RECORD", .data = "x,,\n"},
                                   {"p-1.dist-info/WHEEL"},
                                   {"z.py"},
                                   {"p/a.py"}}))) ==
        Names{"p/a.py", "z.py", "p-1.dist-info/WHEEL", "p-1.dist-info/RECORD"});
}

TEST_CASE("jar: a compiled Clojure .class stays newer than its .clj") {
  const zip::DosTime older = zip::to_dos_time(kDosEpoch + 100);
  for (const Rules& rules : {Rules{}, rules_with_epoch()}) {
    const Bytes jar = zip_file({{.name = "core.clj", .modified = older}, {"core__init.class"}});
    const Bytes after = normal(jar, "f", rules);
    CHECK(dos_time_of(after, "core__init.class") == dos_time_of(after, "core.clj") + 2);
    CHECK(normal(after, "f", rules) == after);
  }
  const Bytes same = normal(zip_file({{"core.clj"}, {"core__init.class"}}));
  CHECK(dos_time_of(same, "core__init.class") == dos_time_of(same, "core.clj"));
}

TEST_CASE("zip: a USDZ scene, whose order and places count, is left as it is, and that is said") {
  const Bytes scene = zip_file({{.name = "scene.usdc", .method = zip::kStored}, {"a.png"}});
  const Outcome outcome = run(scene, "scene.usdz");
  CHECK(outcome.bytes == scene);
  CHECK(outcome.remarked("USDZ"));
  CHECK(run(zip_file({{"z"}, {"scene.usdc"}})).changed());
}

TEST_CASE("zip: signed archives are left as they are, and that is said") {
  for (const std::string name : {"META-INF/X.SF", "p-1.dist-info/RECORD.jws", ".signature.p7s",
                                 "_xmlsignatures/sig1.xml", "META-INF/documentsignatures.xml"}) {
    const Bytes archive = zip_file({{"z"}, {name}});
    const Outcome outcome = run(archive);
    CHECK_MESSAGE(outcome.bytes == archive, name);
    CHECK_MESSAGE(outcome.remarked("signed ("), name);
  }
  const Bytes apk = zip_file({{"z"}, {"a"}}, {.before_directory = "....APK Sig Block 42"});
  CHECK(run(apk).remarked("APK Signing Block"));
  CHECK(run(apk).bytes == apk);
}

TEST_CASE("zip: a changed member is packed again at its own level, a stored one stays stored") {
  const std::string rest = "Class-Path: lib/a.jar lib/b.jar lib/c.jar lib/d.jar lib/e.jar\r\n\r\n";
  const std::string noisy = "Manifest-Version: 1.0\r\nBuilt-By: me\r\n" + rest;
  const std::string clean = "Manifest-Version: 1.0\r\n" + rest;
  for (const int level : {1, 6, 9})
    for (const std::uint16_t method : {zip::kStored, zip::kDeflated}) {
      const auto jar = [&](const std::string& manifest) {
        return zip_file({{.name = "META-INF/MANIFEST.MF",
                          .data = manifest,
                          .modified = zip::to_dos_time(kDosEpoch),
                          .method = method,
                          .level = level}});
      };
      CHECK(normal(jar(noisy)) == jar(clean));
    }
}

TEST_CASE("wheel: RECORD follows the members that change, and its rows are sorted") {
  const Outcome outcome = run(read_file(data_folder() / "zip/tiny-1.0-py3-none-any.whl"));
  CHECK(outcome.found("digest and size"));
  CHECK(outcome.found("order of rows"));
}

TEST_CASE("wheel: one whose RECORD lies about a member that would change stays as it was") {
  const Bytes manifest = bytes("Manifest-Version: 1.0\nBuilt-By: me\n");
  const Bytes wheel = zip_file(
      {{.name = "a.mf", .data = std::string(as_text(manifest))},
       {.name = "p-1.dist-info/RECORD", .data = "a.mf,sha256=AAAA,36\np-1.dist-info/RECORD,,\n"}});
  const Outcome outcome = run(wheel);
  CHECK(outcome.bytes == wheel);
  CHECK(outcome.remarked("RECORD does not match \"a.mf\""));
}

TEST_CASE("zip: packed anew by one recipe, members of all levels meet, and empty ones are stored") {
  Rules canonical = rules_with_epoch();
  canonical.recompress = Recompress::canonical;
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i % 77) + " words ";
  const auto archive = [&](int level, std::uint16_t flags) {
    return zip_file({{.name = "a", .data = text, .flags = flags, .level = level},
                     {.name = "b", .data = "", .flags = flags, .level = level}});
  };
  const Bytes best = archive(9, 2), quick = archive(1, 6);
  REQUIRE(best != quick);
  CHECK(normal(best, "f", canonical) == normal(quick, "f", canonical));
  const Bytes after = normal(quick, "f", canonical);
  CHECK(after != normal(quick));
  CHECK(zip_entry(after, "b").central.method == zip::kStored);
  CHECK(run(after, "f", canonical).outcome == Result::Outcome::already_normal);
}

TEST_CASE("zip: told to store, nothing stays deflated, and sizes stand in front") {
  Rules store = rules_with_epoch();
  store.recompress = Recompress::store;
  const Bytes archive = zip_file({{.name = "a", .data = "some text", .flags = 8}, {"b"}});
  const Bytes after = normal(archive, "f", store);
  for (const zip::Entry& entry : zip::read_archive(after).entries) {
    CHECK(entry.central.method == zip::kStored);
    CHECK_FALSE(entry.descriptor.present);
  }
  CHECK(as_text(zip_entry(after, "a").data) == "some text");
  CHECK(run(after, "f", store).outcome == Result::Outcome::already_normal);
}

TEST_CASE("zip: a member that cannot be unpacked is not packed anew, and that is said once") {
  Bytes archive = zip_file({{.name = "a", .data = std::string(20'000, 'x')}, {"b"}});
  const std::size_t at = zip_entry(archive, "a").data_offset + 20;
  archive[at] ^= std::byte{0xff};
  const Outcome outcome = run(archive, "f", strict_rules());
  CHECK(outcome.remarks.size() == 1);
  CHECK(outcome.changed());
}
