#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::literals;

namespace {

struct Catalog {
  std::string made = "2026-11-21 10:11+0100", revised = "2026-11-20 09:08+0100";
  bool big_endian = false;
  std::uint32_t revision = 0;
  bool shared = false;  // another string ends where the header does
};

/// Three strings, with the header first, in the middle of the file; a hash table behind the
/// strings.
Bytes mo(const Catalog& catalog) {
  const std::string header = "Project-Id-Version: 1\nPOT-Creation-Date: " + catalog.made +
                             "\nPO-Revision-Date: " + catalog.revised + "\nLanguage: de\n";
  Writer out;
  const auto number = [&](std::size_t value) {
    const auto narrow = static_cast<std::uint32_t>(value);
    if (catalog.big_endian) {
      out.big_endian(narrow);
    } else {
      out.little_endian(narrow);
    }
  };
  const std::size_t strings = 28 + 4 * 8;  // "", "one", header, "eins"
  const std::size_t behind_header = strings + 5 + header.size() + 1;
  for (const std::size_t value :
       {std::size_t{0x950412de}, std::size_t{catalog.revision}, std::size_t{2}, std::size_t{28},
        std::size_t{44}, std::size_t{3}, behind_header + 5})
    number(value);
  for (const std::size_t value : {std::size_t{0}, strings, std::size_t{3}, strings + 1})
    number(value);
  number(header.size());
  number(strings + 5);
  number(catalog.shared ? 3 : 4);
  number(catalog.shared ? behind_header - 4 : behind_header);
  out.text("\0one\0"s + header + "\0eins\0"s);
  for (const std::size_t value : {1U, 0U, 2U}) number(value);
  return std::move(out).finish().to_bytes();
}

}  // namespace

TEST_CASE("mo: both dates of a catalog are lowered to the epoch, in either byte order") {
  for (const bool big : {false, true})
    CHECK(normal(mo({.big_endian = big})) == mo({.made = "2024-01-02 03:04+0000",
                                                 .revised = "2024-01-02 03:04+0000",
                                                 .big_endian = big}));
}

TEST_CASE(
    "mo: the zone of a catalog's date counts, and a date that is not later stays with its zone") {
  const Bytes file = mo({.made = "2024-01-02 04:04+0100", .revised = "2024-01-02 03:04+0000"});
  CHECK(normal(file) == file);
  CHECK(normal(mo({.made = "2024-01-01 23:04-0800", .revised = "2024-01-02 03:04+0000"})) ==
        mo({.made = "2024-01-02 03:04+0000", .revised = "2024-01-02 03:04+0000"}));
}

TEST_CASE("mo: a catalog's date of any length is lowered, and all that stands behind it moves") {
  for (const std::string_view made :
       {"2026-11-21 10:11:12 CEST", "2026-11-21", "2026-11-21 10:11:12.345678+0100"})
    CHECK(normal(mo({.made = std::string(made)})) ==
          mo({.made = "2024-01-02 03:04+0000", .revised = "2024-01-02 03:04+0000"}));
}

TEST_CASE("mo: without an epoch a template newer than the last revision is dated like it") {
  const Rules none;
  CHECK(normal(mo({}), "f", none) == mo({.made = "2026-11-20 09:08+0100"}));
  const Bytes older = mo({.made = "2026-11-19 10:11+0100"});
  CHECK(normal(older, "f", none) == older);
  const Bytes never = mo({.revised = "YEAR-MO-DA HO:MI+ZONE"});
  CHECK(normal(never, "f", none) == never);
}

TEST_CASE("mo: without an epoch strict makes a catalog's dates 1970") {
  Rules rules = strict_rules();
  rules.epoch.reset();
  CHECK(normal(mo({}), "f", rules) ==
        mo({.made = "1970-01-01 00:00+0000", .revised = "1970-01-01 00:00+0000"}));
}

TEST_CASE("mo: with --time=set both dates of a catalog become the epoch") {
  Rules rules = rules_with_epoch();
  rules.time_mode = TimeMode::set;
  CHECK(normal(mo({.made = "1999-11-21 10:11+0100"}), "f", rules) ==
        mo({.made = "2024-01-02 03:04+0000", .revised = "2024-01-02 03:04+0000"}));
}

TEST_CASE("mo: a catalog whose strings share bytes with the header is left, and said") {
  const Bytes file = mo({.shared = true});
  const Outcome outcome = run(file);
  CHECK(outcome.bytes == file);
  CHECK(outcome.remarked("the layout is odd; left as it was"));
}

TEST_CASE("mo: a catalog of a revision to come is left, and said") {
  const Bytes file = mo({.revision = 0x20000});
  CHECK(run(file).bytes == file);
  CHECK(run(file).remarked("a revision of the format not known"));
  CHECK(normal(mo({.revision = 0x10000})) != mo({.revision = 0x10000}));
}

TEST_CASE("mo: a catalog that claims more strings than it can hold is refused") {
  Bytes file = mo({});
  file[11] = std::byte{0x7f};
  CHECK(run(file).outcome == Result::Outcome::damaged);
  CHECK(run(file).remarked("table of original strings needs"));
}

TEST_CASE("mo: msgunfmt reads the same strings from the normal form of real catalogs") {
  if (!have_tool("msgunfmt")) return;
  const TempTree tree;
  for (const auto& path : samples("mo")) {
    const auto after = tree.file(path.filename().string(), normal(read_file(path)));
    const auto strings = [](const std::filesystem::path& file) {
      const std::string name = shell_word(file.string());
      return run_command("msgunfmt --no-wrap " + name + " | grep -v -e -Date:");
    };
    CAPTURE(path.filename().string());
    CHECK(strings(after).output == strings(path).output);
    CHECK(strings(after).output.find("eins") != std::string::npos);
    const auto dates = run_command("msgunfmt " + shell_word(after.string()) + " | grep -e -Date:");
    CHECK_MESSAGE(dates.output.find("2024-01-02 03:04+0000") != std::string::npos, dates.output);
    CHECK_MESSAGE(dates.output.find("2026") == std::string::npos, dates.output);
  }
}
