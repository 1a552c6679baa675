#include "rules/glob.h"

#include <doctest/doctest.h>

#include "rules/expression.h"

using namespace normalize;

namespace {

bool fits(std::string_view glob, std::string_view path) {
  return !ExpressionSet({expression_of_glob(glob)}, ExpressionSet::Match::whole)
              .matches(path)
              .empty();
}

}  // namespace

TEST_CASE("a glob begins where a name does") {
  CHECK(fits("*.html", "a.html"));
  CHECK(fits("*.html", "/tmp/stage/usr/share/doc/a.html"));
  CHECK(fits("man1/*.1", "usr/share/man/man1/a.1"));
  CHECK_FALSE(fits("man1/*.1", "usr/share/woman1/a.1"));
  CHECK_FALSE(fits("a.html", "ba.html"));
  CHECK_FALSE(fits("*.html", "a.html.gz"));
}

TEST_CASE("a glob with a slash in front begins where the tree does") {
  using namespace std::string_view_literals;
  CHECK(fits("/a/*.x", "t/\0a/b.x"sv));
  CHECK(fits("/**.x", "/tmp/t/\0a/b.x"sv));
  CHECK_FALSE(fits("/a/*.x", "t/a/\0a.x"sv));
  CHECK_FALSE(fits("/a", "a"));
  CHECK(fits("t/a/*.x", "t/\0a/b.x"sv));
  CHECK(fits("[a]/b.x", "t/\0a/b.x"sv));
  CHECK(fits("t/**/b.x", "t/\0a/b.x"sv));
}

TEST_CASE("one star stays within a name, two stars do not") {
  CHECK_FALSE(fits("doc/*.html", "doc/a/b.html"));
  CHECK(fits("doc/**.html", "doc/a/b.html"));
  CHECK(fits("doc/**/b.html", "doc/b.html"));
  CHECK(fits("doc/**/b.html", "doc/x/y/b.html"));
}

TEST_CASE("members stand behind an exclamation mark") {
  CHECK(fits("*.jar!META-INF/*", "lib/a.jar!META-INF/b"));
  CHECK(fits("META-INF/*", "lib/a.jar!META-INF/b"));
  CHECK_FALSE(fits("*.jar", "lib/a.jar!META-INF/b"));
  CHECK(fits("a.jar!**", "a.jar!b/c.jar!d"));
}

TEST_CASE("classes, choices and bytes taken as they are") {
  CHECK(fits("[ab]?.{c,cc}", "bx.cc"));
  CHECK_FALSE(fits("[!ab]", "a"));
  CHECK(fits("[0-9]", "7"));
  CHECK(fits("\\*.c++", "*.c++"));
  CHECK_FALSE(fits("\\*.c++", "x.c++"));
}

TEST_CASE("a glob that is none is refused") {
  for (const std::string_view glob : {"", "[a", "{a", "a}", "a\\"}) {
    CAPTURE(glob);
    CHECK_THROWS_AS(expression_of_glob(glob), ExpressionError);
  }
}
