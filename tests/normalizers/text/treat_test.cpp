// What rules do to files and members, through the whole registry.

#include "normalizers/text/treat.h"

#include <doctest/doctest.h>

#include "tests/support/rules.h"
#include "tests/support/run.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// What a rule for *.txt makes of a text.
std::string treated(std::string_view what, std::string_view input,
                    Rules rules = rules_with_epoch()) {
  rules = with_rules("[[rule]]\nname = 'r'\nreason = 'why'\npath = '*.txt'\n" + std::string(what),
                     std::move(rules));
  const Bytes after = normal(bytes(input), "d/a.txt", rules);
  return std::string(as_text(after));
}

}  // namespace

TEST_CASE("every match is replaced, groups and times filled in") {
  CHECK(treated("replace = { find = 'a(\\d)', with = '<{1}{{}}>' }", "a1 b2 a3\n") ==
        "<1{}> b2 <3{}>\n");
  const std::string_view dated =
      "replace = { find = 'on (?P<day>\\w+ \\d+, \\d{4})', with = 'on {day:%B %-d, %Y}' }";
  CHECK(treated(dated, "on March 9, 2025 by x") == "on January 2, 2024 by x");
  CHECK(treated(dated, "on March 9, 2020 by x") == "on March 9, 2020 by x");
  CHECK(treated(dated, "on Marz 9, 2025 by x") == "on Marz 9, 2025 by x");
  CHECK(treated("replace = { find = '@', with = '{epoch:%s}' }", "@") == "1704164645");
}

TEST_CASE("without an epoch times stay, and become 1970 in strict") {
  const std::string_view dated = "replace = { find = '\\d{4}', with = '{0:%Y}' }";
  CHECK(treated(dated, "2025", Rules{}) == "2025");
  Rules strict;
  strict.profile = Profile::strict;
  CHECK(treated(dated, "2025", strict) == "1970");
}

TEST_CASE("a reach in bytes or lines is not passed") {
  CHECK(treated("replace = { find = 'a', with = 'b', first_lines = 2 }", "a\na\na\n") ==
        "b\nb\na\n");
  CHECK(treated("replace = { find = 'a', with = 'b', first_bytes = 3 }", "a\na\na\n") ==
        "b\nb\na\n");
  CHECK(treated("drop_lines = { find = 'a', first_lines = 1 }", "a\nb\na\n") == "b\na\n");
}

TEST_CASE("a replacement of the same length is filled up, or not made") {
  const std::string_view blanked =
      "replace = { find = 'by \\w+', with = 'by me', same_length = true }";
  CHECK(treated(blanked, "by somebody!") == "by me      !");
  CHECK(treated(blanked, "by x!") == "by x!");
}

TEST_CASE("a match ends with its line unless the rule says otherwise") {
  CHECK(treated("replace = { find = '<[^>]*>', with = '' }", "a<b\n>c<d>\n") == "a<b\n>c\n");
  CHECK(treated("replace = { find = '<[^>]*>', with = '', across_lines = true }", "a<b\n>c<d>\n") ==
        "ac\n");
}

TEST_CASE("lines are dropped with their ends, and sorted as bytes") {
  CHECK(treated("drop_lines = ['^x', 'y$']", "x1\r\na\nby\nyb\n") == "a\nyb\n");
  CHECK(treated("sort_lines = true", "b\nB\na") == "B\na\nb");
  CHECK(treated("sort_lines = { skip = 1 }", "9\nc\nb\n") == "9\nb\nc\n");
  CHECK(treated("sort_lines = { find = '=' }", "[z]\nb=\na=\n[a]\nd=\nc=\n") ==
        "[z]\na=\nb=\n[a]\nc=\nd=\n");
}

TEST_CASE("keys are set where they are, blanks and line ends kept") {
  CHECK(treated("set_key = { host = 'here', at = '{value:%F}' }",
                "# host=x\n host = there \r\nat: 2030-01-01\nhostname=y\nhost=") ==
        "# host=x\n host = here\r\nat: 2024-01-02\nhostname=y\nhost=here");
}

TEST_CASE("bytes that are no UTF-8 are bytes like others") {
  CHECK(treated("replace = { find = 'a.', with = 'é' }",
                "\xff"
                "a\xfe\xfd") == "\xff\xc3\xa9\xfd");
}

TEST_CASE("a finding tells the rule, its reason, and what was there") {
  const Rules rules = with_rules(
      "[[rule]]\nname = 'r'\nreason = 'why'\npath = '*.txt'\nreplace = { find = 'a+', with = 'b' "
      "}");
  const Outcome outcome = run(bytes("xaay"), "a.txt", rules);
  REQUIRE(outcome.findings.size() == 1);
  const Finding finding = outcome.findings.front();
  CHECK(finding.format == "rule");
  CHECK(finding.field->name == "r");
  CHECK(finding.field->hint == "why");
  CHECK(finding.before == "aa");
  CHECK(finding.after == "b");
  CHECK(outcome.format == "rule");
}

TEST_CASE("many changes are told in few findings") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "a\n";
  const Rules rules = with_rules(
      "[[rule]]\nname = 'r'\nreason = 'why'\npath = '*'\nreplace = { find = 'a', with = 'b' }");
  const Outcome outcome = run(bytes(text), "a.txt", rules);
  CHECK(outcome.findings.size() == 17);
  CHECK(outcome.findings[16].before == "984 more of it");
}

TEST_CASE("what would change its own result again is left, and said") {
  const Rules rules = with_rules(
      "[[rule]]\nname = 'grows'\nreason = 'why'\npath = '*'\nreplace = { find = 'a', with = 'aa' "
      "}");
  const Outcome outcome = run(bytes("a"), "a.txt", rules);
  CHECK(outcome.outcome == Result::Outcome::already_normal);
  CHECK(outcome.findings.empty());
  CHECK(outcome.remarked("grows: would change its own result again; left as it was"));
}

TEST_CASE("an expression that looks at the same bytes again and again is stopped") {
  const std::string text(1 << 20, 'x');
  const Rules rules = with_rules(
      "[[rule]]\nname = 'slow'\nreason = 'why'\npath = '*'\n"
      "replace = { find = 'x[^y]*y|x', with = 'z' }");
  CHECK(run(bytes(text), "a.txt", rules).remarked("slow: an expression looks at the same bytes"));
}

TEST_CASE("nested repetition takes linear time") {
  const std::string text(1 << 20, 'a');
  CHECK(treated("drop_lines = '(a|a)*(a+)+$!'", text) == text);
}

TEST_CASE("a file larger than the limit is left, and said") {
  const std::string text(kMostTextBytes + 1, 'a');
  const Rules rules = with_rules(
      "[[rule]]\nname = 'r'\nreason = 'why'\npath = '*'\nreplace = { find = 'a', with = 'b' }");
  CHECK(run(bytes(text), "a.txt", rules).remarked("r: larger than 64 MiB"));
}

TEST_CASE("the last rule that applies decides whether a file is left") {
  const std::string_view set =
      "[[rule]]\nname = '1'\nreason = 'x'\npath = '*'\nreplace = { find = 'a', with = 'b' }\n"
      "[[rule]]\nname = '2'\nreason = 'x'\npath = '*.txt'\nleave = true\n"
      "[[rule]]\nname = '3'\nreason = 'x'\npath = 'c.txt'\nreplace = { find = 'd', with = 'e' }\n";
  const Rules rules = with_rules(set);
  CHECK(as_text(normal(bytes("ad"), "a.bin", rules)) == "bd");
  CHECK(run(bytes("ad"), "a.txt", rules).outcome == Result::Outcome::not_ours);
  CHECK(as_text(normal(bytes("ad"), "c.txt", rules)) == "ae");
}

TEST_CASE("rules are off where --formats says so") {
  Rules rules = with_rules(
      "[[rule]]\nname = 'r'\nreason = 'x'\npath = '*'\nreplace = { find = 'a', with = 'b' }\n");
  rules.disabled_formats = {"rule"};
  CHECK(run(bytes("a"), "a.txt", rules).outcome == Result::Outcome::not_ours);
}
