#include "driver/options/tree_options.h"

#include "driver/usage_error.h"

namespace normalize {

TreeOptions::TreeOptions() {
  task.mode = Task::Mode::check;
  task.jobs = default_jobs();
}

void add_tree_options(OptionParser& parser, TreeOptions& options) {
  add_walk_options(parser, options.task);
  add_epoch_options(parser, options.epoch);
  add_rules_options(parser, options.rules);
  add_plugin_options(parser, options.plugins);
  add_report_options(parser, options.report);
}

void check_tree_options(const TreeOptions& options, const std::vector<std::string>& paths,
                        std::size_t least, std::size_t most, const std::string& expected) {
  if (options.epoch.seconds && !options.epoch.from.empty())
    throw UsageError("--epoch and --epoch-from: only one of them can be the epoch");
  if (paths.size() < least || paths.size() > most)
    throw UsageError("give " + expected + " (--help tells how)");
  for (const std::string& path : paths)
    if (path.empty()) throw UsageError("a path is empty");
}

}  // namespace normalize
