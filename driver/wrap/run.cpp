// One run of a wrapped creator: what is it about to do, which epoch, the stage, the creator itself,
// its packages.

#include "driver/wrap/run.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "driver/wrap/repair.h"
#include "driver/wrap/stage.h"
#include "driver/wrap/twice.h"
#include "rules/format_time.h"

namespace normalize::wrap {
namespace {

/// Whether --output alone tells that the call writes a package: a creator that we know by its name
/// tells that itself.
bool is_told_by_output(const Wrapping& wrapping) {
  const Creator* const creator = creator_of(wrapping.program.words.front());
  return !wrapping.options.outputs.empty() && (!creator || !creator->is_linked);
}

Call understand(const Wrapping& wrapping) {
  const std::vector<std::string>& words = wrapping.program.words;
  Call call;
  if (wrapping.creator)
    call = wrapping.creator->understand({wrapping.program.path, {words.begin() + 1, words.end()}});
  else
    call.writes = true;
  call.writes |= is_told_by_output(wrapping);
  if (wrapping.options.outputs.empty()) return call;
  call.out_of_reach = false;
  call.outputs.clear();
  for (const std::string& pattern : wrapping.options.outputs)
    call.outputs.push_back({pattern, pattern.find_first_of("*?[") == pattern.npos});
  return call;
}

/// Where a changelog is looked for, and what --epoch-from=newest looks at.
std::vector<std::string> places(const Wrapping& wrapping, const Call& call) {
  std::vector<std::string> paths;
  if (!call.sources.empty()) paths.push_back(call.sources);
  for (const std::string& path : wrapping.options.stages) paths.push_back(path);
  if (paths.empty())
    for (const Stage& stage : call.stages)
      if (std::filesystem::is_directory(stage.path)) paths.push_back(stage.path);
  return paths;
}

/// A changelog is asked where nobody has said anything, and the clock never.
RunRules settle(const Wrapping& wrapping, const Call& call, WrapOptions& options) {
  OptionParser parser("", "");
  add_wrap_options(parser, options);
  TreeOptions& tree = options.tree;
  tree.epoch.or_changelog = true;
  return settle_rules(parser, tree.rules, tree.epoch, places(wrapping, call), tree.report);
}

void tell_epoch(const RunRules& settled, const Settings& settings) {
  if (!settled.rules.epoch)
    tell(settings,
         "no epoch (SOURCE_DATE_EPOCH, --epoch, a changelog): times become the zero of their "
         "format");
  else if (settings.report.verbose)
    tell(settings, "epoch " + std::to_string(*settled.rules.epoch) + " (" +
                       format_time(*settled.rules.epoch) + ", from " + settled.epoch_origin + ")");
}

Settings settings_for(const WrapOptions& options, const RunRules& settled, Services* services) {
  Settings settings;
  settings.rules = settled.rules;
  settings.services = services;
  settings.jobs = options.tree.task.jobs;
  settings.excludes = options.tree.task.excludes;
  settings.report = options.tree.report;
  settings.strip_signatures = options.strip_signature || !options.resign.empty() ||
                              settled.rules.signed_files == SignedFiles::strip;
  settings.resign = options.resign;
  return settings;
}

void prepare(const WrapOptions& options, const Call& call, const Settings& settings) {
  if (options.stages.empty())
    prepare_stages(call.stages, settings);
  else
    prepare_named_stages(options.stages, settings);
}

Program settled_program(const Wrapping& wrapping, const Call& call, const Rules& rules) {
  const Situation situation{rules.epoch, ::geteuid() == 0, rules.owners == Owners::root};
  Program program = wrapping.program;
  const std::vector<std::string> arguments(program.words.begin() + 1, program.words.end());
  program.words.resize(1);
  for (std::string& word : with_switches(arguments, call, situation))
    program.words.push_back(std::move(word));
  Environment environment = wrapping.environment;
  settle_environment(environment, call, situation);
  program.environment = environment.entries();
  return program;
}

int run_once(const Program& program, const Call& call, const Settings& settings) {
  const Watch watch(call.outputs);
  const int status = run_to_its_end(program);
  if (!has_succeeded(status)) return end_as(status);
  if (call.out_of_reach) {
    tell(settings, "the package goes where it cannot be made normal");
    return ExitStatus::kNormal;
  }
  repair(written_packages(call, watch), settings);
  if (!call.advice.empty()) tell(settings, call.advice);
  return ExitStatus::kNormal;
}

}  // namespace

std::vector<std::string> written_packages(const Call& call, const Watch& watch) {
  std::vector<std::string> packages = watch.written();
  if (!packages.empty()) return packages;
  std::string patterns;
  for (const OutputPlace& output : call.outputs)
    patterns.append(patterns.empty() ? "" : " ").append(output.pattern);
  throw WrapError(WrapStatus::kNotFound, "no package was found that is new (" + patterns +
                                             "); --output tells where it is");
}

int run_wrapping(const Wrapping& wrapping) {
  const Call call = understand(wrapping);
  if (!call.writes || (call.out_of_reach && wrapping.leaves_streams)) become(wrapping.program);
  WrapOptions options = wrapping.options;
  const RunRules settled = settle(wrapping, call, options);
  const auto services =
      services_for(settled.rules, options.tree.task.jobs, options.tree.plugins, Confinement::never);
  const Settings settings = settings_for(options, settled, services.get());
  tell_epoch(settled, settings);
  const Program program = settled_program(wrapping, call, settled.rules);
  try {
    prepare(options, call, settings);
  } catch (const WrapError& error) {
    return complain(error.what()), error.status();
  }
  try {
    return options.twice ? run_twice(program, call, settings) : run_once(program, call, settings);
  } catch (const WrapError& error) {
    return complain(error.what()), error.status();
  } catch (const std::system_error& error) {
    return complain(error.what()), WrapStatus::kNotWritten;
  }
}

}  // namespace normalize::wrap
