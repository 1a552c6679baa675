#pragma once

#include <string>
#include <string_view>

#include "rules/rule_set.h"

/// What is said of rules in texts for people.
namespace normalize {

/// "replace, sort lines"; "off" for a rule that is off.
std::string what_it_does(const Rule& rule);

/// Why a rule does not apply to a file: "its path is none of *.html, *.htm"; empty for
/// Mismatch::none.
std::string why_not(const Rule& rule, Mismatch mismatch);

/// "rule pod2man (rules/man.toml:12)"
std::string name_and_place(const Rule& rule);

/// A line for each rule that applies to a file, and for those that nearly do: whose path fits, or
/// whose first bytes where they ask for no path; for every rule where `all` is set. `rules` has a
/// rule book.
std::string rules_of_file(const Rules& rules, std::string_view path, std::string_view head,
                          bool all);

}  // namespace normalize
