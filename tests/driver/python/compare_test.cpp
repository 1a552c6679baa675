// normalize-python compares what two marshal streams load to. Most streams here are written by
// hand, in the type codes of CPython's marshal.c.

#include <doctest/doctest.h>

#include "normalizers/bytes/writer.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::string_literals;

namespace {

constexpr char kFlagRef = '\x80';

std::string number(std::uint32_t value) {
  Writer out;
  out.little_endian(value);
  return std::string(as_text(std::move(out).finish().to_bytes()));
}
std::string sized(char type, const std::vector<std::string>& elements) {
  std::string stream = type + number(static_cast<std::uint32_t>(elements.size()));
  for (const std::string& element : elements) stream += element;
  return stream;
}
std::string tuple(const std::vector<std::string>& elements) { return sized('(', elements); }
std::string frozenset(const std::vector<std::string>& elements) { return sized('>', elements); }
std::string text(std::string_view value) {
  return 'u' + number(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
std::string interned(std::string_view value) {
  return 't' + number(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
std::string real(std::uint64_t bits) {
  Writer out;
  out.little_endian(bits);
  return 'g' + std::string(as_text(std::move(out).finish().to_bytes()));
}
std::string flagged(std::string object) {
  object[0] = static_cast<char>(object[0] | kFlagRef);
  return object;
}
std::string reference(std::uint32_t index) { return 'r' + number(index); }

constexpr std::uint64_t kOne = 0x3ff0'0000'0000'0000, kZero = 0, kMinusZero = 1ULL << 63,
                        kNan = 0x7ff8'0000'0000'0000, kOtherNan = kNan + 1;

/// "equal", or the first difference.
std::string compare(PythonHelper& helper, const std::string& before, const std::string& after) {
  return helper.first_difference(as_bytes(before), as_bytes(after)).value_or("equal");
}

}  // namespace

TEST_CASE("numbers are compared with their types and to the bit") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  CHECK(compare(helper, tuple({real(kOne)}), tuple({real(kOne)})) == "equal");
  CHECK(compare(helper, tuple({real(kZero)}), tuple({real(kMinusZero)})) == "[0]: 0.0 became -0.0");
  CHECK(compare(helper, tuple({real(kNan)}), tuple({real(kNan)})) == "equal");
  CHECK(compare(helper, tuple({real(kNan)}), tuple({real(kOtherNan)})) == "[0]: nan became nan");
  CHECK(compare(helper, tuple({"i" + number(1)}), tuple({"T"})) == "[0]: int became bool");
  CHECK(compare(helper, tuple({"F"}), tuple({"T"})) == "[0]: False became True");
  CHECK(compare(helper, tuple({"i" + number(7)}), tuple({"i" + number(8)})) == "[0]: 7 became 8");
  CHECK(compare(helper, tuple({"i" + number(1)}), tuple({real(kOne)})) == "[0]: int became float");
}

TEST_CASE("text is not bytes, and long text is shown by its start") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const std::string a(1000, 'a');
  CHECK(compare(helper, tuple({text("x")}), tuple({"s" + number(1) + "x"})) ==
        "[0]: str became bytes");
  CHECK(compare(helper, tuple({text(a)}), tuple({text(a + "b")})).size() < 160);
  CHECK(compare(helper, tuple({text("\xc3\xa9")}), tuple({text("e")})) ==
        "[0]: '\\xe9' became 'e'");
}

TEST_CASE("what is one object stays one, and what is several is not made one") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const std::string apart = tuple({real(kOne), real(kOne)});
  const std::string shared = tuple({flagged(real(kOne)), reference(0)});
  CHECK(compare(helper, shared, shared) == "equal");
  CHECK(compare(helper, apart, apart) == "equal");
  CHECK(compare(helper, shared, apart) == "[1]: one object became several");
  CHECK(compare(helper, apart, shared) == "[1]: several objects became one");
}

TEST_CASE("equal texts and frozensets may become one object, as the compiler's own luck has it") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  for (const std::string& object : {text("several words"), frozenset({text("several words")})}) {
    const std::string apart = tuple({object, object});
    const std::string shared = tuple({flagged(object), reference(0)});
    CHECK(compare(helper, apart, shared) == "equal");
    CHECK(compare(helper, shared, apart) == "[1]: one object became several");
  }
}

TEST_CASE("text may become interned, and does not cease to be") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  CHECK(compare(helper, tuple({text("one two")}), tuple({interned("one two")})) == "equal");
  CHECK(compare(helper, tuple({interned("two three")}), tuple({text("two three")})) ==
        "[0]: interned text became text that is not");
}

TEST_CASE("sets are compared by their elements in any order, each with its type") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const std::string a = text("a b"), b = text("c d");
  CHECK(compare(helper, frozenset({a, b}), frozenset({b, a})) == "equal");
  CHECK(compare(helper, frozenset({a, b}), frozenset({a})) == "the module: 2 elements became 1");
  CHECK(compare(helper, frozenset({real(kZero), a}), frozenset({a, real(kMinusZero)})) ==
        "{}: 0.0 became -0.0");
  CHECK(compare(helper, frozenset({real(kNan), a}), frozenset({a, real(kNan)})) == "equal");
  CHECK(compare(helper, frozenset({"T"}), frozenset({real(kOne)})) == "{}: bool became float");
  CHECK(compare(helper, frozenset({a}), frozenset({b})) == "{}: 'a b' became 'c d'");
}

TEST_CASE("a list that holds itself is compared to its end") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const std::string loop = flagged(sized('[', {reference(0), text("x y")}));
  CHECK(compare(helper, loop, loop) == "equal");
  CHECK(compare(helper, loop, flagged(sized('[', {reference(0), text("y z")}))) ==
        "[1]: 'x y' became 'y z'");
}

TEST_CASE("a difference is named by its way through the code objects") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  const auto compiled = [&](std::string_view source) {
    return helper.recompile(as_bytes(source), "a.py", 0);
  };
  CHECK(helper.first_difference(compiled("def f():\n  def g(): return 'one'\n"),
                                compiled("def f():\n  def g(): return 'two'\n")) ==
        "co_consts[0].co_consts[1].co_consts[1]: 'one' became 'two'");
  CHECK(helper.first_difference(compiled("x = 1\n"), compiled("\nx = 1\n"))
            ->starts_with("co_firstlineno") == false);
}

TEST_CASE("streams that do not load are an error, and the helper stays") {
  if (!have_python_helper()) return;
  PythonHelper helper(python_options());
  helper.python_magic();
  const pid_t before = helper.pid();
  CHECK(helper_error([&] { compare(helper, "", "N"); }) ==
        "normalize-python: EOFError: EOF read where object expected");
  CHECK(helper_error([&] { compare(helper, "?", "N"); }).find("ValueError") != std::string::npos);
  CHECK(helper.pid() == before);
}
