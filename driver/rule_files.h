#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/rule_file.h"
#include "rules/rule_set.h"

namespace normalize {

/// Names that --formats takes: of formats, and "rule" for all rules.
std::vector<std::string> switchable_formats();

/// What all rule files of a run say.
struct RuleFiles {
  using Options = std::vector<FileOption>;
  struct OfTree {
    std::string root;  // with its last '/'
    Options options;
  };

  /// Complete but for the options of trees.
  std::shared_ptr<RuleBook> book;
  /// Every rule of every file, in their order: also those that others of their name stand in for.
  std::vector<std::shared_ptr<const Rule>> all;
  /// Those of files that were given count more than a tree's own, and these more than those of the
  /// system and the user. One for each file, the one that counts most in front.
  std::vector<Options> given, found;
  std::vector<OfTree> trees;
  /// The files that were read, in this order.
  std::vector<std::string> read;
};

/// Where rule files are that nobody has named. Empty for none.
struct RulePlaces {
  std::string system;  // a folder of *.toml, read in the order of their names as bytes
  std::string user;    // a file
};
/// /etc/normalize, or below what the build has in its place, and rules.toml below $XDG_CONFIG_HOME.
RulePlaces usual_rule_places();

/// Reads the rule files for a run on `paths`, of which folders may hold a .normalize.toml. `given`
/// are those of --rules. Later ones win: built in, the system's, the user's, a tree's own, given.
/// Throws RuleFileError, std::system_error where a file cannot be read, and UsageError where it is
/// none.
RuleFiles load_rule_files(const std::vector<std::string>& given,
                          const std::vector<std::string>& paths,
                          const RulePlaces& places = usual_rule_places());

/// Reads one rule file, with its options. Throws as load_rule_files().
RuleFile read_rule_file(const std::string& path);

}  // namespace normalize
