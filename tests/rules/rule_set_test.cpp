#include "rules/rule_set.h"

#include <doctest/doctest.h>

#include "rules/rule_file.h"

using namespace normalize;

namespace {

/// So many rules for every .txt, each of which asks for a text of its own.
RuleSet asking(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "[[rule]]\nname = \"r" + std::to_string(i) +
            "\"\nreason = \"a test\"\nleave = true\npath = \"*.txt\"\ntext = '^number " +
            std::to_string(i) + "$'\n";
  return RuleSet(parse_rule_file(text, "t.toml", {}).rules);
}

}  // namespace

TEST_CASE("rules apply by the texts they ask for, few of them or many") {
  for (const std::size_t count : {3U, 50U, 51U, 200U}) {
    CAPTURE(count);
    const RuleSet set = asking(count);
    const auto found = set.matching("a.txt", "none\nnumber 2\nnumber 1\nnumber 11", Profile::safe);
    std::vector<std::string> names;
    for (const Rule* rule : found) names.push_back(rule->name);
    CHECK(names == (count > 11 ? std::vector<std::string>{"r1", "r2", "r11"}
                               : std::vector<std::string>{"r1", "r2"}));
    CHECK(set.matching("a.txt", "", Profile::safe).empty());
    CHECK(set.matching("a.text", "number 1", Profile::safe).empty());
  }
}
