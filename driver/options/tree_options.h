#pragma once

#include "driver/options/groups.h"

namespace normalize {

/// What every command takes that looks at a tree as `apply` would leave it.
struct TreeOptions {
  Task task;  // Mode::check; its paths are the command's to set
  Rules rules;
  EpochChoice epoch;
  PluginOptions plugins;
  ReportOptions report;

  TreeOptions();
};

/// --jobs, --exclude, those of epoch, rules, plugins and report. `options` outlives the parser.
void add_tree_options(OptionParser& parser, TreeOptions& options);

/// Throws UsageError where options exclude each other, and where there are fewer paths than `least`
/// or more than `most`, or an empty one. `expected` tells what they are: "one tree".
void check_tree_options(const TreeOptions& options, const std::vector<std::string>& paths,
                        std::size_t least, std::size_t most, const std::string& expected);

}  // namespace normalize
