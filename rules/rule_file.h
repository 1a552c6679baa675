#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"
#include "rules/rule_node.h"

namespace normalize {

/// A rule file says something that it cannot. what(): "FILE:LINE:COLUMN: problem".
class RuleFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How much a rule file may hold.
inline constexpr std::size_t kMostRuleFileBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostRules = 10'000;
/// Of all its expressions together, as Expression::steps().
inline constexpr std::size_t kMostSteps = 500'000;

/// Whether expressions of a rule file are looked at when it is read, or when they are needed first,
/// which then throws ExpressionError: for files that a test has read.
enum class Checks { now, late };

struct RuleFile {
  std::vector<std::shared_ptr<const Rule>> rules;  // in their order
  /// Those of [options], by name; nobody has looked yet whether there are such options.
  std::vector<FileOption> options;
};

/// What a rule file says; `file` is its name in messages. Throws RuleFileError.
RuleFile parse_rule_file(std::string_view text, const std::string& file,
                         std::span<const std::string> known_formats, Checks checks = Checks::now);
/// The same of values that somebody else has read from it.
RuleFile read_rules(const RuleNode& document, const std::string& file,
                    std::span<const std::string> known_formats, Checks checks = Checks::now);

}  // namespace normalize
