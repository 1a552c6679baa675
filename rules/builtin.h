#pragma once

#include <span>
#include <string_view>

namespace normalize {

/// One of the rule files that come with the program: rules/*.toml, in the order of their names.
struct BuiltinRuleFile {
  std::string_view name;  // "rules/html.toml"
  std::string_view text;
};

std::span<const BuiltinRuleFile> builtin_rule_files();

}  // namespace normalize
