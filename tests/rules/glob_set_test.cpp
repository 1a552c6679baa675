#include "rules/glob_set.h"

#include <doctest/doctest.h>

#include "rules/expression.h"
#include "rules/glob.h"

using namespace normalize;
using namespace std::string_view_literals;

namespace {

using Numbers = std::vector<std::size_t>;
using Texts = std::vector<std::string>;

const Texts kGlobs{"*.html",    "*.{html,htm}",    "a/*.x",     "/a/*.x",   "**/b",
                   "*.[1-9]*",  "{a,b}",           "[}]",       "x\\}",     "{*.c,d/}",
                   "*.html",    "m{a,n}[1-9]",     "a{b,c}/*d", "!",        "a,b",
                   "d/**/e.py", "{a\\,b,c}.txt",   "**",        "?",        "x{,.gz}",
                   "{x,y[,]}",  "*.[{a]{html,js}", "*.jar!*/c", "MIT\\{a}x"};

const std::vector<std::string_view> kPaths{"a.html",
                                           "d/a.htm",
                                           "a.htmx",
                                           "a/b.x",
                                           "t/\0a/b.x"sv,
                                           "b",
                                           "q/b",
                                           "man1/a.1",
                                           "a.jar!c/b.7x",
                                           "}",
                                           "x}",
                                           "q.c",
                                           "d/",
                                           "ma1",
                                           "mn0",
                                           "ab/d",
                                           "ac/zd",
                                           "a!",
                                           "a,b",
                                           "d/e.py",
                                           "d/x/y/e.py",
                                           "a,b.txt",
                                           "c.txt",
                                           "",
                                           "x",
                                           "x.gz",
                                           "y,",
                                           "a.{js",
                                           "a.ajs",
                                           "b.html",
                                           "z.jar!a/b!q/c"};

Numbers by_expressions(const Texts& globs, std::string_view path) {
  Numbers numbers;
  for (std::size_t i = 0; i < globs.size(); ++i)
    if (!ExpressionSet({expression_of_glob(globs[i])}, ExpressionSet::Match::whole)
             .matches(path)
             .empty())
      numbers.push_back(i);
  return numbers;
}

}  // namespace

TEST_CASE("globs fit what their expressions match, few of them or very many") {
  Texts good;
  for (const std::string& glob : kGlobs) try {
      static_cast<void>(expression_of_glob(glob));
      good.push_back(glob);
    } catch (const ExpressionError&) {
      CHECK_THROWS_AS(GlobSet({glob}), ExpressionError);
    }
  REQUIRE(good.size() > 20);
  Texts many = good;
  for (int i = 0; i < 1000; ++i) many.push_back("none-of-these-" + std::to_string(i));
  const GlobSet few_set(good), many_set(many);
  for (const std::string_view path : kPaths) {
    CAPTURE(path);
    const Numbers expected = by_expressions(good, path);
    CHECK(few_set.matches(path) == expected);
    CHECK(many_set.matches(path) == expected);
  }
}

TEST_CASE("the end of a glob is what every path that it fits ends in") {
  CHECK(ends_of_glob("*.html") == Texts{".html"});
  CHECK(ends_of_glob("*.{html,htm}") == Texts{".html", ".htm"});
  CHECK(ends_of_glob("man/*.[1-9]*") == Texts{""});
  CHECK(ends_of_glob("a/b") == Texts{"b"});
  CHECK(ends_of_glob("x{,.gz}") == Texts{"x", "x.gz"});
  CHECK(ends_of_glob("{a{b,c},d}") == Texts{""});
  CHECK(ends_of_glob("x\\}") == Texts{""});
}

TEST_CASE("a set without globs fits nothing") { CHECK(GlobSet({}).matches("a").empty()); }
