#include "rules/expression.h"

#include <doctest/doctest.h>

#include "rules/required_text.h"

using namespace normalize;

namespace {

/// Whether an expression is found, by a search that knows nothing of required texts.
bool found_plainly(const std::string& expression, std::string_view text) {
  const ExpressionSet set({expression}, ExpressionSet::Match::somewhere);
  return !set.matches(text).empty();
}

bool found(const std::string& expression, Lines lines, std::string_view text) {
  std::vector<std::string_view> groups;
  return Expression(expression, lines).find(text, 0, text.size(), groups);
}

}  // namespace

TEST_CASE("a text is required that every match has in it, and no other") {
  CHECK(required_text("^Last updated (\\d+)\\.$") == "Last updated ");
  CHECK(required_text("\\bGenerated on (?P<t>a|b) for ") == "Generated on ");
  CHECK(required_text("ab\\.cd\\(ef") == "ab.cd(ef");
  CHECK(required_text("abcdef*ghij") == "abcde");
  CHECK(required_text("abcdef?") == "abcde");
  CHECK(required_text("abcdef+gh") == "abcdef");
  CHECK(required_text("abcdef{0,3}") == "abcde");
  CHECK(required_text("[abcde)]wxyz[^]klmno]") == "wxyz");
  CHECK(required_text("(abcdef(ghi[)]jkl)*)*wxyz") == "wxyz");
  CHECK(required_text("(?s)abcd.*") == "abcd");
  for (const char* none :
       {"abcd|efgh", "(?i)abcdef", "abc(?i)defgh", "\\x41bcdefg", "\\Qabcdef\\E", "\\pNabcdef",
        "abc", "", "(abcdef)?", "abcd(", "[abcd", "abcd\\", "(?i:abcd)efgh", "(\\Qab)cdefgh\\E)"}) {
    CAPTURE(none);
    CHECK(required_text(none).empty());
  }
}

TEST_CASE("what is required changes nothing of what is found") {
  const std::vector<std::string> texts{"made on 5 May\n",
                                       "made\non 5 May",
                                       "\n\nmade on 5 May",
                                       "made on May\nmade on 7 May",
                                       "xmade on 5 May xx",
                                       "mmade onmade on 5 Ma",
                                       "made on",
                                       "",
                                       "\n",
                                       "made on 5 May\nmade"};
  for (const char* expression :
       {"^made on \\d", "\\bmade on (\\d) May$", "made on \\d+ May\\b", "(made on|x) 5", "made on$",
        "[^x\\n]made on", "made on(?: \\d)?", "on \\d{1,2} Mayx*$", "\\Amade on"})
    for (const std::string& text : texts) {
      CAPTURE(expression);
      CAPTURE(text);
      CHECK(found(expression, Lines::several, text) == found_plainly(expression, text));
      CHECK(found(expression, Lines::one, text) == found_plainly(expression, text));
    }
}

TEST_CASE("an expression is found from where it is to be looked for, within bounds") {
  const Expression expression("^made on (\\d)");
  const std::string_view text = "made on 1\nmade on 2\nmade on 3";
  std::vector<std::string_view> groups;
  REQUIRE(expression.find(text, 3, text.size(), groups));
  CHECK(groups[1] == "2");
  CHECK_FALSE(expression.find(text, 3, 18, groups));
  CHECK_FALSE(expression.find(text, 21, text.size(), groups));
  REQUIRE(expression.find(text, 20, text.size(), groups));
  CHECK(groups[1] == "3");
}
