#include <doctest/doctest.h>

#include <cstdio>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_view_literals;

namespace {

struct Header {
  std::string_view name = "member/";
  std::string_view date = "1704164645";  // kEpoch
  std::string_view uid = "0", gid = "0", mode = "100644";
};

std::string padded(std::string_view text, std::size_t length) {
  return std::string(text) + std::string(length - text.size(), ' ');
}

std::string header(const Header& h, std::size_t size) {
  return padded(h.name, 16) + padded(h.date, 12) + padded(h.uid, 6) + padded(h.gid, 6) +
         padded(h.mode, 8) + padded(std::to_string(size), 10) + "`\n";
}

std::string member(const Header& h, std::string_view data, char padding = '\n') {
  return header(h, data.size()) + std::string(data) +
         (data.size() % 2 != 0 ? std::string(1, padding) : "");
}

Bytes archive(const std::string& members, std::string_view magic = "!<arch>\n") {
  return bytes(std::string(magic) + members);
}

std::string text(const Bytes& content) { return std::string(as_text(content)); }

/// The members as bsdtar, a reader that is not ours, gives them out.
std::string unpacked(const TempTree& tree, const std::filesystem::path& library) {
  return run_command("cd " + tree.string() + " && rm -rf out && mkdir out && cd out && ar x " +
                     library.string() + " && for f in *; do cksum \"$f\"; done")
      .output;
}

}  // namespace

TEST_CASE("ar: the same members packed on two days by two users become the same bytes") {
  const Bytes monday = archive(member({.date = "1795299882", .uid = "1000"}, "data"));
  const Bytes tuesday = archive(member({.date = "1795999882", .gid = "1001"}, "data"));
  CHECK(normal(monday) == normal(tuesday));
  CHECK(normal(monday) == archive(member({}, "data")));
}

TEST_CASE("ar: an older date stays, and without an epoch all become zero") {
  const Bytes old = archive(member({.date = "12"}, "data"));
  CHECK(normal(old) == old);
  CHECK(normal(old, "a.a", Rules{}) == archive(member({.date = "0"}, "data")));
}

TEST_CASE("ar: group and other write go, other mode bits only under strict") {
  const Bytes file = archive(member({.mode = "104777"}, "data"));
  CHECK(normal(file) == archive(member({.mode = "104755"}, "data")));
  CHECK(normal(file, "a.a", strict_rules()) == archive(member({.mode = "644"}, "data")));
}

TEST_CASE("ar: a mode that is of no regular file keeps its type") {
  const Bytes file = archive(member({.mode = "60666"}, "data"));
  for (const Rules& rules : {rules_with_epoch(), strict_rules()})
    CHECK(normal(file, "a.a", rules) == archive(member({.mode = "60644"}, "data")));
}

TEST_CASE("ar: each change is a finding that names member, field and remedy") {
  const Outcome outcome = run(archive(member({.date = "1795299882", .mode = "664"}, "data")));
  REQUIRE(outcome.findings.size() == 2);
  CHECK(outcome.findings[0].member == "member");
  CHECK(outcome.findings[0].field->name == "ar_date");
  CHECK(outcome.findings[0].field->hint.find("ar D") != std::string_view::npos);
  CHECK(outcome.findings[1].before == "664");
  CHECK(outcome.findings[1].after == "644");
}

TEST_CASE("ar: blank fields stay blank, in tables and elsewhere") {
  const std::string tables =
      member({"/", "1795299882", "", "", "0"}, "\0\0\0\0"sv) + member({"//", "", "", "", ""}, "");
  const std::string normal_tables =
      member({"/", "1704164645", "", "", "0"}, "\0\0\0\0"sv) + member({"//", "", "", "", ""}, "");
  CHECK(normal(archive(tables)) == archive(normal_tables));
  CHECK(normal(archive(tables), "x.lib", strict_rules()) == archive(normal_tables));
}

TEST_CASE("ar: a field that holds no number is kept, and that is said") {
  const Bytes file = archive(member({.uid = "root", .mode = "rw"}, "data"));
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == file);
  CHECK(outcome.remarked("ar_uid is not a number: \"root\"; kept"));
  CHECK(outcome.remarked("ar_mode"));
}

TEST_CASE("ar: numbers below zero, as some systems write for nobody and for no time, become zero") {
  const Bytes file = archive(member({.date = "-1", .uid = "-2", .gid = "-2"}, "data"));
  CHECK(normal(file) == archive(member({.date = "0"}, "data")));
}

TEST_CASE("ar: names are found in the header, in the name table, and in front of the data") {
  const std::string table =
      member({"//", "", "", "", ""}, "a-long-name-of-gnu.o/\nof-coff.obj\0"sv);
  const Outcome outcome = run(archive(table + member({.name = "/0", .uid = "1"}, "x") +
                                      member({.name = "/22", .uid = "1"}, "x") +
                                      member({.name = "#1/8", .uid = "1"}, "of-bsd\0\0data"sv)));
  REQUIRE(outcome.findings.size() == 3);
  CHECK(outcome.findings[0].member == "a-long-name-of-gnu.o");
  CHECK(outcome.findings[1].member == "of-coff.obj");
  CHECK(outcome.findings[2].member == "of-bsd");
}

TEST_CASE("ar: members keep their order, and the byte that pads them") {
  const std::string members = member({.name = "z/"}, "odd", '\0') + member({.name = "a/"}, "o");
  CHECK(normal(archive(members)) == archive(members));
}

TEST_CASE("ar: a last member without its padding is accepted") {
  const std::string unpadded = header({.uid = "7"}, 3) + "odd";
  CHECK(normal(archive(unpadded)) == archive(header({}, 3) + "odd"));
}

TEST_CASE("ar: a member that changes size gets its size and padding anew") {
  const std::string noisy = text(noisy_gzip("hello")), calm = text(normal(noisy_gzip("hello")));
  REQUIRE(noisy.size() != calm.size());
  const auto with = [](const std::string& data) {
    return archive(member({.name = "a.gz/"}, data) + member({.name = "next/"}, "data"));
  };
  CHECK(normal(with(noisy)) == with(calm));
  const auto bsd = [](const std::string& data) {
    return archive(member({.name = "#1/4"}, "a.gz" + data) + member({.name = "next"}, "data"));
  };
  CHECK(normal(bsd(noisy)) == bsd(calm));
}

TEST_CASE("ar: where a symbol table holds offsets, a member that would change size stays") {
  const std::string noisy = text(noisy_gzip("hello"));
  const Bytes file =
      archive(member({.name = "/"}, "\0\0\0\0"sv) + member({.name = "a.gz/"}, noisy));
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == file);
  CHECK(outcome.findings.empty());
  CHECK(outcome.remarked("symbol table"));
}

TEST_CASE("ar: symbol tables of System V and BSD are dated like members") {
  for (const std::string_view name : {"/", "/SYM64/", "__.SYMDEF", "__.SYMDEF SORTED"}) {
    const auto library = [&](std::string_view date) {
      return archive(member({.name = name, .date = date}, "\0\0\0\0"sv) + member({}, "data"));
    };
    CHECK_MESSAGE(normal(library("1795299882")) == library("1704164645"), std::string(name));
    CHECK_MESSAGE(normal(library("1795299882"), "a.a", Rules{}) == normal(library("1"), "a.a", {}),
                  std::string(name));
  }
}

TEST_CASE("ar: with --time=set older dates become the epoch, too") {
  Rules set = rules_with_epoch();
  set.time_mode = TimeMode::set;
  CHECK(normal(archive(member({.date = "12"}, "data")), "a.a", set) == archive(member({}, "data")));
}

TEST_CASE("ar: no size makes reading go round for ever") {
  for (const std::string_view size : {"-60", "-1", "9999999999", "0x10", "", "1e9"}) {
    std::string bad = member({}, "data");
    bad.replace(48, 10, padded(size, 10));
    const Outcome outcome = run(archive(bad + member({}, "data")));
    CHECK_MESSAGE(outcome.outcome == Result::Outcome::damaged, std::string(size));
  }
  // Nothing but headers of empty members.
  std::string empty;
  for (int i = 0; i < 10'000; ++i) empty += header({.uid = "7"}, 0);
  std::string normal_empty;
  for (int i = 0; i < 10'000; ++i) normal_empty += header({}, 0);
  CHECK(normal(archive(empty)) == archive(normal_empty));
  CHECK(run(archive(empty + "\n")).outcome == Result::Outcome::damaged);
}

TEST_CASE("ar: a thin archive names members whose data is elsewhere") {
  const auto thin = [](std::string_view uid) {
    return archive(member({.name = "//", .date = "", .uid = "", .gid = "", .mode = ""}, "a.o/\n") +
                       header({.name = "/0", .uid = uid}, 123'456) + header({.name = "/0"}, 9),
                   "!<thin>\n");
  };
  CHECK(normal(thin("1000")) == thin("0"));
}

TEST_CASE("ar: damage is named with its field and offset") {
  CHECK(
      run(archive(header({}, 100) + "short")).remarked("member data needs 100 bytes, 5 are left"));
  CHECK(run(archive("x")).remarked("member header needs 60 bytes, 1 are left (at 0x8)"));
  std::string no_size = header({}, 4) + "data";
  no_size[48] = 'x';
  CHECK(run(archive(no_size)).remarked("ar_size is not a number: \"x         \" (at 0x38)"));
  CHECK(run(archive(member({.name = "#1/9"}, "data"))).remarked("longer than its member (at 0x8)"));
  std::string no_end = header({}, 0);
  no_end[58] = '?';
  CHECK(run(archive(no_end)).remarked("ar_fmag"));
  std::string negative = header({}, 4) + "data";
  negative[48] = '-';
  CHECK(run(archive(negative)).outcome == Result::Outcome::damaged);
}

TEST_CASE("ar: the real ar D and our strict form agree") {
  if (!have_tool("ar")) return;
  const TempTree tree;
  tree.file("note.txt", "hello");
  tree.file("a note with quite a long name.txt", "world!");
  REQUIRE(
      run_command("cd " + tree.string() + " && ar qcSU u.a *.txt && ar qcSD d.a *.txt").status ==
      0);
  Rules rules = strict_rules();
  rules.epoch.reset();
  CHECK(normal(read_file(tree / "u.a"), "u.a", rules) == read_file(tree / "d.a"));
  CHECK(normal(read_file(tree / "d.a"), "d.a", rules) == read_file(tree / "d.a"));
}

TEST_CASE("ar: a normalized library still unpacks, lists its symbols and links") {
  if (!have_tool("ar") || !have_tool("nm") || !have_tool("ld")) return;
  const TempTree tree;
  for (const std::string_view name : {"gnu.a", "sym64.a"}) {
    CAPTURE(name);
    const Bytes before = read_file(data_folder() / "ar" / name);
    const Bytes after = normal(before, name);
    REQUIRE(before != after);
    const auto old_library = tree.file("before.a", before), library = tree.file("after.a", after);
    CHECK(unpacked(tree, old_library) == unpacked(tree, library));
    CHECK(run_command("nm -s " + library.string()).output.find("f in f.o") != std::string::npos);
    CHECK(run_command("ld -u f -e f -o " + (tree / "linked").string() + " " + library.string())
              .status == 0);
    CHECK(run_command("nm " + (tree / "linked").string()).output.find(" f\n") != std::string::npos);
  }
}

TEST_CASE("ar: ranlib D finds nothing to change in the symbol table of a normalized library") {
  if (!have_tool("ranlib")) return;
  const TempTree tree;
  Rules rules;  // no epoch: as D
  const Bytes after = normal(read_file(data_folder() / "ar" / "gnu.a"), "gnu.a", rules);
  const auto library = tree.file("after.a", after);
  REQUIRE(run_command("ranlib -D " + library.string()).status == 0);
  CHECK(read_file(library) == after);
}

TEST_CASE("ar: dpkg-deb still reads a package whose headers changed") {
  if (!have_tool("dpkg-deb")) return;
  const TempTree tree;
  const auto package =
      tree.file("tiny.deb", normal(read_file(data_folder() / "ar" / "tiny.deb"), "tiny.deb"));
  CHECK(run_command("dpkg-deb -f " + package.string() + " Package").output == "tiny\n");
  CHECK(run_command("dpkg-deb -c " + package.string()).status == 0);
}
