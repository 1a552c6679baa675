#pragma once

#include <string>
#include <vector>

namespace normalize {

/// `rules list`, `rules show NAME` and `rules test FILE`, by the words behind "rules". Each returns
/// the exit status. Throws UsageError, RuleFileError and std::system_error.
int run_rules(const std::vector<std::string>& words);

int list_rules(const std::vector<std::string>& words);
int show_rule(const std::vector<std::string>& words);
int test_rules(const std::vector<std::string>& words);

}  // namespace normalize
