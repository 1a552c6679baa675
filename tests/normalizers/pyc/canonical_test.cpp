#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/marshal.h"

using namespace normalize;
using namespace normalize::test;
using namespace normalize::test::marshal;

namespace {

/// The normal form of a module with these constants.
Bytes form(const std::vector<std::string>& consts) {
  const Outcome outcome = run(pyc_of(consts), "m.pyc", Rules{});
  for (const Remark& remark : outcome.remarks) FAIL_CHECK(remark.text);
  return outcome.bytes;
}

}  // namespace

TEST_CASE("pyc: flags that nothing refers to go, and references are numbered anew") {
  const std::string shared = flagged(integer(1000));
  CHECK(form({shared}) == form({integer(1000)}));
  CHECK(form({flagged(text("unused")), shared, reference(1)}) ==
        form({text("unused"), shared, reference(0)}));
  CHECK(form({shared, reference(0)}) == pyc_of({shared, reference(0)}));
}

TEST_CASE("pyc: equal values that are distinct objects stay distinct") {
  for (const std::string& value :
       {integer(1000), text("two words"), raw("bytes"), tuple({integer(1000)}),
        "g" + std::string(8, '\0'), "l" + number(1) + "\1\1"}) {
    CHECK(form({value, value}) == pyc_of({value, value}));
    CHECK(form({value, value}) != form({flagged(value), reference(0)}));
  }
}

TEST_CASE("pyc: what exists once a process is one object in the file too") {
  for (const std::string& value : {integer(256), integer(-5), interned("name"), raw(""), tuple({}),
                                   frozenset({interned("name")})}) {
    CHECK(form({value, value}) == form({flagged(value), reference(0)}));
  }
  CHECK(form({integer(257), integer(257)}) == pyc_of({integer(257), integer(257)}));
}

TEST_CASE("pyc: single characters are interned, longer texts are not") {
  CHECK(form({text("{")}) == form({interned("{")}));
  CHECK(form({text("")}) == form({interned("")}));
  CHECK(form({text("ab")}) != form({interned("ab")}));
  const std::string accent = "u" + number(2) + "\xc3\xa9", far = "u" + number(2) + "\xd0\xb9";
  CHECK(form({accent}) == form({"t" + accent.substr(1)}));
  CHECK(form({far}) == pyc_of({far}));
}

TEST_CASE("pyc: the constant that is a class's qualified name is the interned one") {
  const auto body = [](const std::string& constant) {
    return pyc_file(code(tuple({constant, integer(1)}), "Outer.Inner"));
  };
  CHECK(normal(body(text("Outer.Inner")), "m") == normal(body(interned("Outer.Inner")), "m"));
  CHECK(normal(body(text("Other.Inner")), "m") != normal(body(interned("Other.Inner")), "m"));
}

TEST_CASE("pyc: sets are ordered by content where their hashes depend on the process") {
  const std::string a = interned("alpha"), b = interned("beta"), none = "N";
  CHECK(form({frozenset({a, b})}) == form({frozenset({b, a})}));
  CHECK(form({frozenset({a, none, integer(3)})}) == form({frozenset({integer(3), a, none})}));
  CHECK(form({frozenset({tuple({a, b}), tuple({b})})}) ==
        form({frozenset({tuple({b}), tuple({a, b})})}));
  CHECK(form({frozenset({frozenset({a, b}), frozenset({b})})}) ==
        form({frozenset({frozenset({b}), frozenset({b, a})})}));
}

TEST_CASE("pyc: a set of numbers keeps its order, which Python would show when iterating") {
  const std::vector<std::string> numbers{frozenset({integer(8), integer(0)})};
  CHECK(form(numbers) == pyc_of(numbers));
}

TEST_CASE("pyc: equal frozensets of different functions are one object from 3.8 on") {
  const std::string a = interned("alpha"), b = interned("beta");
  const Bytes twice = form({frozenset({a, b}), code(tuple({frozenset({b, a})}))});
  const Bytes once = form({flagged(frozenset({a, b})), code(tuple({reference(0)}))});
  CHECK(twice == once);
}

TEST_CASE("pyc: lists and tuples that hold themselves are written as they were") {
  const std::string list_in_itself = flagged(list({integer(1000), reference(0)}));
  CHECK(form({list_in_itself}) == pyc_of({list_in_itself}));
  const std::string tuple_in_itself = flagged(tuple({reference(0)}));
  CHECK(form({tuple_in_itself}) == pyc_of({tuple_in_itself}));
}

TEST_CASE("pyc: a code object or frozenset cannot refer to itself") {
  for (const std::string& object :
       {flagged(frozenset({reference(0)})), flagged(code(tuple({reference(0)})))})
    CHECK(run(pyc_of({object}), "m.pyc").remarked("reference 0 points to nothing"));
}

TEST_CASE("pyc: long forms of type codes become the ones that CPython writes") {
  const std::string long_tuple = "(" + number(1) + integer(1000);
  CHECK(form({long_tuple}) == form({tuple({integer(1000)})}));
  const std::string long_text = "a" + number(3) + "a b", unicode = "u" + number(3) + "a b";
  CHECK(form({long_text}) == form({text("a b")}));
  const Outcome outcome = run(pyc_of({unicode}), "m.pyc", Rules{});
  CHECK(outcome.bytes == form({text("a b")}));
  CHECK(outcome.found("type codes"));
}

TEST_CASE("pyc: two thousand levels are read, one more is refused") {
  const auto nested = [](int levels) {
    std::string object = integer(1000);
    for (int i = 0; i < levels; ++i) object = tuple({object});
    return pyc_of({object});
  };
  // The code object and its constants are levels too.
  CHECK(run(nested(1998), "m.pyc", Rules{}).outcome == Result::Outcome::already_normal);
  const Outcome outcome = run(nested(1999), "m.pyc");
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("objects nest deeper than 2000 levels"));
}

TEST_CASE("pyc: sets whose elements hold each other doubly do not take time to the power of two") {
  std::string object = flagged(tuple({interned("core"), interned("core")}));
  std::vector<std::string> consts{object};
  for (std::uint32_t i = 0; i < 50; ++i)
    consts.push_back(flagged(tuple({reference(i), reference(i)})));
  consts.push_back(frozenset({reference(50), integer(1)}));
  CHECK(run(pyc_of(consts), "m.pyc").remarked("hold each other too many times over"));
}

TEST_CASE("pyc: sets nested deeper than any compiler nests them are left alone") {
  std::string object = frozenset({interned("core"), integer(1)});
  for (int i = 0; i < 100; ++i) object = frozenset({object, integer(1)});
  CHECK(run(pyc_of({object}), "m.pyc").remarked("nest deeper than 60 levels"));
}

TEST_CASE("pyc: code objects that share a large tuple of constants do not take quadratic time") {
  std::vector<std::string> many(200, integer(1000));
  for (int i = 0; i < 50; ++i) many.push_back(text("not interned " + std::to_string(i)));
  std::string consts = "(" + number(250);
  for (const std::string& constant : many) consts += constant;
  std::string modules = "[" + number(3001) + flagged(consts);
  for (int i = 0; i < 3000; ++i)
    modules += "c" + std::string(20, '\0') + "s" + number(0) + "r" + number(0) + ")" +
               std::string(1, '\0') + ")" + std::string(1, '\0') + "s" + number(0) + "NN" +
               interned("some name") + number(1) + "NN";
  CHECK(run(pyc_of({modules}), "m.pyc").remarked("too many code objects share their constants"));
}
