#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::string_view kName = "META-INF/sisu/javax.inject.Named";

std::string normal_text(std::string_view text, const Rules& rules) {
  return std::string(as_text(normal(bytes(text), kName, rules)));
}

}  // namespace

TEST_CASE("javax.inject.Named: lines are sorted and end with line feeds in strict") {
  const std::string sorted = "org.demo.A\norg.demo.Outer$B\n";
  for (const char* text : {"org.demo.Outer$B\r\norg.demo.A\r\n", "org.demo.A\rorg.demo.Outer$B",
                           "\n\norg.demo.A\norg.demo.Outer$B", "org.demo.A\norg.demo.Outer$B\n"})
    CHECK(normal_text(text, strict_rules()) == sorted);
}

TEST_CASE("javax.inject.Named: nothing changes in safe") {
  const std::string text = "org.demo.B\r\norg.demo.A";
  CHECK(normal_text(text, rules_with_epoch()) == text);
}

TEST_CASE("javax.inject.Named: only a list of classes is one") {
  for (const char* text : {"", "two words.of text\n", "{\"a\": \"b.c\"}", "\n\n"})
    CHECK(run(bytes(text), kName).outcome == Result::Outcome::not_ours);
  CHECK(run(bytes("org.demo.A\n"), "names.txt").outcome == Result::Outcome::not_ours);
}
