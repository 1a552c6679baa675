#include <optional>

#include "driver/cache/cache.h"
#include "driver/cache/rules_digest.h"
#include "driver/commands.h"
#include "driver/compat/build_root.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"

namespace normalize {
namespace {

/// With progress on standard error, which is wiped before anything else is said there.
RunReport run(Task& task, const Rules& rules, Services* services, bool quiet) {
  std::optional<Progress> progress;
  task.progress = begin_progress(progress, quiet);
  return run_pipeline(task, rules, services);
}

}  // namespace

int run_on_paths(const Options& said) {
  Options options = said;
  const auto parser = options_parser(options, options.command);
  Task& task = options.task;
  for (std::string& path : read_path_list(options.path_list)) task.paths.push_back(std::move(path));
  if (options.build_root_only) {
    expect_below_build_root(task.paths);
    GivenPaths given = given_paths(task.paths);
    if (given.missing > 0) return ExitStatus::kError;
    task.paths = std::move(given.paths);
  }
  KnownFindings known(options.baseline);
  const RunRules settled =
      settle_rules(*parser, options.rules, options.epoch, task.paths, options.report);
  const auto services = services_for(settled.rules, task.jobs, options.plugins);
  Access access = access_for(task, options.plugins);
  add_output(access, options.cache);
  add_output(access, options.baseline.write);
  confine_run(access);
  std::optional<Cache> cache;
  if (!options.cache.empty())
    task.cache = &cache.emplace(options.cache, rules_digest(settled.rules), options.report);
  RunReport report = run(task, settled.rules, services.get(), options.report.quiet);
  known.settle(report, options.report);
  const bool check = task.mode == Task::Mode::check;
  const int status = exit_status(report, check, options.strict);
  publish(report, options.report, {word_of(options.command), settled.rules.epoch, status},
          settled.epoch_origin, ReportTo::standard_output);
  return status;
}

}  // namespace normalize
