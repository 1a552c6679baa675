#pragma once

#include "driver/diff/tree_pair.h"

namespace normalize::diff {

/// The rules that `diff` goes by unless it is told otherwise: strict, without signatures; nothing
/// is kept of the normal forms, so nothing is packed that need not be, nor verified.
Rules default_rules();

/// Compares two trees, two files, or a package with the tree that it is to be unpacked to. Of
/// `task`, jobs and excludes count. `progress` may be null. Throws UsageError, and
/// std::system_error where a path cannot be looked at.
Comparison compare_paths(const std::string& a, const std::string& b, const Task& task,
                         const Rules& rules, Services* services, Progress* progress);

}  // namespace normalize::diff
