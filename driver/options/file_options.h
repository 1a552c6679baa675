#pragma once

#include <vector>

#include "rules/rule_file.h"

namespace normalize {

/// Whose rule file options stand in: a tree's own may say what is normal in it, but neither what
/// the run does nor what takes signatures off or starts a program.
enum class OptionsOf { everywhere, tree };

/// Throws RuleFileError where one of them is none that a rule file may have, or has a value that
/// the command line would not take.
void check_file_options(const std::vector<FileOption>& options, OptionsOf whose);

/// Throws RuleFileError where an option of a rule is none that a tree's own file may have.
void check_options_of_tree(const Rule& rule);

}  // namespace normalize
