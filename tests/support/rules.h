#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "driver/rule_files.h"
#include "rules/builtin.h"
#include "tests/support/bytes.h"

namespace normalize::test {

/// `rules` with those of a rule file.
inline Rules with_rules(std::string_view file, Rules rules = rules_with_epoch()) {
  auto parsed = parse_rule_file(file, "test.toml", switchable_formats()).rules;
  rules.rule_book = std::make_shared<const RuleBook>(RuleBook{RuleSet(std::move(parsed)), {}, {}});
  return rules;
}

/// `rules` with those that come with the program.
inline Rules with_builtin_rules(Rules rules = rules_with_epoch()) {
  std::vector<std::shared_ptr<const Rule>> all;
  for (const BuiltinRuleFile& file : builtin_rule_files())
    for (const auto& rule :
         parse_rule_file(file.text, std::string(file.name), switchable_formats()).rules)
      all.push_back(rule);
  rules.rule_book = std::make_shared<const RuleBook>(RuleBook{RuleSet(std::move(all)), {}, {}});
  return rules;
}

}  // namespace normalize::test
