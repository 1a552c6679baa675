#pragma once

#include <string>
#include <vector>

namespace normalize {

/// `diff A B`. Takes the words behind its name, returns the exit status, and throws UsageError or
/// std::system_error.
int run_diff(const std::vector<std::string>& words);

}  // namespace normalize
