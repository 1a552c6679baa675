#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;
using namespace std::string_view_literals;

namespace {

Bytes plain() { return pyc_of({integer(1000)}); }

bool claimed(ByteView input, std::string_view name) {
  return run(input, name).outcome != Result::Outcome::not_ours;
}

Bytes operator+(Bytes a, std::string_view b) {
  const ByteView tail = as_bytes(b);
  a.insert(a.end(), tail.begin(), tail.end());
  return a;
}

}  // namespace

TEST_CASE("pyc: compiled Python is known by its magic number and code object, whatever its name") {
  CHECK(run(plain(), "a/m.bin").format == "pyc");
  CHECK(run(plain(), "m.pyc").format == "pyc");
  CHECK_FALSE(claimed(pyc_file(integer(1)), "m.bin"));
  CHECK_FALSE(claimed(bytes("\xa7\x0d\r\n text that begins like a magic number"sv), "m.txt"));
  CHECK_FALSE(claimed(bytes("hi\r\nthere, in lines of some other system\r\n"), "m.txt"));
}

TEST_CASE("pyc: what is no code object in a file named as one is said to be damaged") {
  CHECK(run(pyc_file(integer(1)), "m.pyc").remarked("pyc: the object is no code object (at 0x15)"));
  CHECK(run(bytes("\xa7\x0d\r\n\0\0"sv), "m.pyc").remarked("flags needs 4 bytes, 2 are left"));
}

TEST_CASE("pyc: other implementations and unknown versions are left alone, and that is said") {
  const struct {
    std::uint16_t magic;
    const char* words;
  } cases[] = {{336, "bytecode of PyPy (magic number 336)"},
               {21280, "bytecode of GraalPy"},
               {62135, "bytecode of Dropbox"},
               {3455, "bytecode of an unknown Python (magic number 3455)"},  // an alpha of 3.11
               {3700, "bytecode of an unknown Python (magic number 3700)"}};
  for (const auto& [magic, words] : cases) {
    CAPTURE(magic);
    const Bytes file = pyc_file(code(tuple({})), {.magic = magic, .mtime = 5});
    const Outcome outcome = run(file, "m.pyc");
    CHECK(outcome.bytes == file);
    CHECK(outcome.remarked(words));
    CHECK(outcome.remarked("left as it was"));
    CHECK_FALSE(claimed(file, "m.bin"));
  }
  CHECK(run(bytes("1aea\0\0\0\0"sv), "m.pyc").remarked("bytecode of RustPython"));
}

TEST_CASE("pyc: what Jython compiles is a Java class, told by its name alone") {
  const Bytes java_class = bytes("\xca\xfe\xba\xbe\0\0\0\x31"sv);
  const Outcome outcome = run(java_class, "m$py.class");
  CHECK(outcome.bytes == java_class);
  CHECK(outcome.remarked("bytecode of Jython, a Java class; left as it was"));
  CHECK_FALSE(claimed(java_class, "m.class"));
  CHECK_FALSE(claimed(bytes("class"), "m$py.class"));
}

TEST_CASE("pyc: a file whose name tells another version than its content is left alone") {
  const Outcome outcome = run(pyc_of({flagged(integer(1000))}), "__pycache__/m.cpython-39.pyc");
  CHECK(outcome.outcome == Result::Outcome::already_normal);
  CHECK(outcome.remarked("compiled by Python 3.11, named as by 3.9"));
  CHECK(run(pyc_of({flagged(integer(1000))}), "__pycache__/m.cpython-311.pyc").changed());
}

TEST_CASE("pyc: bytes behind the code object stay, and that is said") {
  const Outcome outcome = run(pyc_of({flagged(integer(1000))}) + "tail", "m.pyc");
  CHECK(outcome.bytes == normal(pyc_of({integer(1000)})) + "tail");
  CHECK(outcome.remarked("4 bytes behind the code object; kept"));
}

TEST_CASE("pyc: each kind of change is told with what it was and what it became") {
  const std::string set = frozenset({interned("b"), interned("a")});
  const Outcome outcome =
      run(pyc_of({flagged(integer(1000)), flagged(text("x")), set, integer(7), integer(7)}),
          "m.pyc", Rules{});
  const auto told = [&](std::string_view field) {
    for (const Finding& finding : outcome.findings)
      if (finding.field->name == field)
        return std::string(finding.before).append(" -> ").append(finding.after);
    return std::string("nothing");
  };
  CHECK(told("FLAG_REF") == "2 objects flagged -> 1 object flagged");
  CHECK(told("interned") == "1 string not interned -> interned");
  CHECK(told("frozenset order") == "1 set ordered by hash -> ordered by content");
  CHECK(told("merged") == "1 object equal to another -> the same object");
  CHECK(told("reference numbers") == "none -> 1 reference, the highest to number 0");
}

TEST_CASE("pyc: a mapped prefix of co_filename goes, for all code objects that share it") {
  Rules rules;
  rules.path_map = {{"a_file.py", "/usr/lib/m.py"}};
  const Outcome outcome = run(pyc_of({code(tuple({})), integer(1)}), "m.pyc", rules);
  CHECK(outcome.found("co_filename"));
  CHECK(as_text(outcome.bytes).find("a_file.py") == std::string_view::npos);
  const Outcome again = run(outcome.bytes, "m.pyc", rules);
  CHECK(again.outcome == Result::Outcome::already_normal);
}

TEST_CASE("pyc: damage is named with its field and offset") {
  Bytes cut = plain();
  cut.resize(cut.size() - 3);
  CHECK(run(cut, "m.pyc").remarked("pyc: bytes needs 8 bytes, 5 are left (at 0x"));
  CHECK(run(pyc_of({"r" + number(9)}), "m.pyc").remarked("reference 9 points to nothing"));
  CHECK(run(pyc_of({"?"}), "m.pyc").remarked("type code 63 is unknown to Python 3.11 (at 0x"));
  CHECK(run(pyc_of({"0"}), "m.pyc").remarked("a NULL object stands where a value is needed"));
  CHECK(
      run(pyc_of({"(" + number(0x7fff'ffff)}), "m.pyc").remarked("2147483647 elements need more"));
}
