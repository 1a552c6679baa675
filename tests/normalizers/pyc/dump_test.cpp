#include "normalizers/pyc/dump.h"

#include <doctest/doctest.h>

#include "normalizers/error.h"
#include "tests/support/marshal.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

std::string dump(const Bytes& file, const Rules& rules = Rules{}) {
  return pyc::dump(file, *pyc::version_of(file), rules);
}

bool has_line(const std::string& text, std::string_view line) {
  return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("the header and each object have a line, indented below what holds them") {
  const std::string text = dump(
      pyc_file(code(tuple({integer(1000), tuple({raw("\x01z")}), "N", "g" + std::string(8, '\0')})),
               {.mtime = 1'000'000'000, .size = 9}));
  CHECK(
      text.starts_with("Python 3.11, magic number 3495, "
                       "source time 2001-09-09T01:46:40Z, source size 9\nmodule: code "));
  CHECK(has_line(text, "  co_consts: tuple[4]"));
  CHECK(has_line(text, "    0: int 1000"));
  CHECK(has_line(text, "    1: tuple[1]"));
  CHECK(has_line(text, "      0: bytes \"\\x01z\""));
  CHECK(has_line(text, "    2: None"));
  CHECK(has_line(text, "    3: float 0"));
}

TEST_CASE("numbers, later mentions and what the normal form has otherwise are told") {
  const std::string text = dump(
      pyc_of({flagged(integer(1000)), flagged(integer(2000)), reference(1), marshal::text("x"),
              interned("x"), frozenset({interned("b"), interned("a")}), integer(7), integer(7)}));
  CHECK(has_line(text, "    0: int 1000 #0 -- normal form: no number"));
  CHECK(has_line(text, "    1: int 2000 #1 -- normal form: #0"));
  CHECK(has_line(text, "    2: = #1"));
  CHECK(has_line(text, "    3: str \"x\" -- normal form: interned, #1"));
  CHECK(has_line(text, "    4: interned str \"x\" -- normal form: = #1"));
  CHECK(has_line(text, "    5: frozenset[2] -- normal form: elements in another order"));
  CHECK(has_line(text, "    7: int 7 -- normal form: = #2"));
}

TEST_CASE("a file in normal form has nothing to be told") {
  const Bytes file = normal(pyc_of({flagged(integer(1000)), text("x"), frozenset({text("y")})}));
  CHECK(dump(file).find("normal form") == std::string::npos);
}

TEST_CASE("a mapped name is shown as it is and as it becomes") {
  Rules rules;
  rules.path_map = {{"a_file.py", "/usr/lib/m.py"}};
  CHECK(dump(pyc_of({integer(1)}), rules)
            .find("co_filename: str \"a_file.py\" -- normal form: str \"/usr/lib/m.py\"") !=
        std::string::npos);
}

TEST_CASE("long values and deep nesting keep the text in proportion to the file") {
  std::string nested = integer(1);
  for (int i = 0; i < 1500; ++i) nested = tuple({nested});
  const Bytes file = pyc_of({text(std::string(200, 'a')), raw(std::string(100'000, 'b')), nested});
  CHECK(dump(file).size() < file.size() * 20);
}

TEST_CASE("a file that is cut short is refused") {
  Bytes file = pyc_of({integer(1)});
  for (const std::size_t size : {std::size_t{5}, std::size_t{12}, file.size() - 1}) {
    CAPTURE(size);
    const Bytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_THROWS_AS(dump(cut), FormatError);
  }
}
