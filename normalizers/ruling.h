#pragma once

#include <string_view>
#include <vector>

#include "normalizers/normalizer.h"
#include "rules/rule_set.h"

namespace normalize {

/// Stands for rules where formats are named: in findings, reports and --formats.
inline constexpr std::string_view kRuleFormat = "rule";

/// What the rules of a run say of one file.
struct Ruling {
  /// Those that apply, in their order; none stands before one that leaves the file.
  std::vector<const Rule*> rules;
  bool leave = false;

  bool empty() const { return rules.empty(); }
  bool treats_text() const;
  /// The format that a rule names; null where none does.
  const Normalizer* format() const;
  /// Whether a rule changes what is normal for this file and all that is in it.
  bool has_options() const;
  /// Those changes.
  Rules with_options(const Rules& rules) const;
};

/// `path` is the file's, from the tree on; `in_tree` that of the file of the tree it is in. Throws
/// what the source throws.
Ruling ruling_of(const Rules& rules, std::string_view in_tree, std::string_view path,
                 Source& source);
/// Whether there may be a rule for it, whatever it holds.
bool may_be_ruled(const Rules& rules, std::string_view in_tree, std::string_view path);

/// Whether normalizing a file would do anything: whether it is some format's or some rule's.
bool is_claimed(const Rules& rules, std::string_view in_tree, std::string_view path,
                const Probe& probe);

}  // namespace normalize
