#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/rule_file.h"
#include "rules/rule_set.h"

namespace normalize {

/// Names that --formats takes: of formats, and "rule" for all rules.
std::vector<std::string> switchable_formats();

/// Reads the rule files for a run on `paths`, of which folders may hold a .normalize.toml. `given`
/// are those of --rules. Later ones win: built in, the system's, the user's, a tree's own, given.
/// Throws RuleFileError, std::system_error where a file cannot be read, and UsageError where it is
/// none.
std::shared_ptr<const RuleBook> load_rule_files(const std::vector<std::string>& given,
                                                const std::vector<std::string>& paths);

}  // namespace normalize
