#pragma once

#include <span>
#include <string_view>

#include "rules/rule_node.h"

namespace normalize {

/// One of the rule files that come with the program: rules/*.toml, in the order of their names.
struct BuiltinRuleFile {
  std::string_view name;  // "rules/html.toml"
  std::string_view text;
  /// What RuleDocument makes of the text. Null in a program that was built for a machine whose
  /// programs did not run where it was built.
  const RuleNode* document;
};

std::span<const BuiltinRuleFile> builtin_rule_files();

}  // namespace normalize
