#include "driver/wrap/twice.h"

#include <sys/stat.h>

#include <cstdio>
#include <memory>

#include "driver/diff/compare_paths.h"
#include "driver/diff/views.h"
#include "driver/path_search.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/standard_streams.h"
#include "driver/tree/open.h"
#include "driver/usage_error.h"
#include "driver/wrap/repair.h"
#include "driver/wrap/run.h"
#include "driver/wrap/watch.h"
#include "driver/wrap/workshop.h"

namespace normalize::wrap {
namespace {

/// Another machine on another day. Nothing a build goes by is among it.
constexpr struct {
  const char *name, *value;
} kElsewhere[] = {
    {"TZ", "Asia/Tokyo"},     {"LC_ALL", "POSIX"},       {"USER", "elsewhere"},
    {"LOGNAME", "elsewhere"}, {"HOSTNAME", "elsewhere"}, {"PYTHONHASHSEED", "4242"},
    {"MAKEFLAGS", "-j3"},     {"CARGO_BUILD_JOBS", "3"}, {"NO_FAKE_STAT", "1"},
};

/// A year, a month and some hours from now.
constexpr const char* kFakeClock = "+34214400s";

Program elsewhere(Program program) {
  Environment environment(program.environment);
  for (const auto& [name, value] : kElsewhere) environment.set(name, value);
  program.environment = environment.entries();
  program.umask = 002;
  try {
    std::vector<std::string> words{"faketime", "-f", kFakeClock, program.path};
    words.insert(words.end(), program.words.begin() + 1, program.words.end());
    program.path = find_program("faketime", {});
    program.words = std::move(words);
  } catch (const std::system_error&) {
    // Without it the clock has gone on by the time of the first run, at least.
  }
  return program;
}

/// The packages of one run, taken out of the way of the next.
class Kept {
 public:
  explicit Kept(const std::vector<std::string>& packages) : packages_(packages) {
    if (packages.empty()) return;
    shop_ = std::make_unique<Workshop>(packages.front().substr(0, packages.front().rfind('/')));
    for (const std::string& package : packages) shop_->take(package);
  }

  const std::string& folder() const { return shop_->path(); }
  void put_back() {
    for (const std::string& package : packages_) shop_->put_back(package);
  }

 private:
  std::vector<std::string> packages_;
  std::unique_ptr<Workshop> shop_;
};

int compare(const Kept& first, const Kept& second, const Settings& settings) {
  Task task;
  task.jobs = settings.jobs;
  Rules rules = diff::default_rules();
  rules.epoch = settings.rules.epoch;
  rules.rule_book = settings.rules.rule_book;
  diff::Comparison comparison =
      diff::compare_paths(first.folder(), second.folder(), task, rules, settings.services, nullptr);
  comparison.a = "first";
  comparison.b = "second";
  Output out([](std::string_view text) { write_standard_output(text); });
  diff::write_text(comparison, {settings.report.verbose, color_on_stdout(settings.report)}, out);
  out.flush();
  if (comparison.counts.failed > 0) return ExitStatus::kError;
  return diff::counts_as_difference(comparison.root.verdict, false) ? ExitStatus::kFindings
                                                                    : ExitStatus::kNormal;
}

}  // namespace

int run_twice(const Program& program, const Call& call, const Settings& settings) {
  if (call.out_of_reach) throw UsageError("--twice: the package goes where it cannot be compared");
  const Watch before(call.outputs);
  if (const int status = run_to_its_end(program); !has_succeeded(status)) return end_as(status);
  const std::vector<std::string> packages = written_packages(call, before);
  Kept first(packages);
  const Watch between(call.outputs);
  const int status = run_to_its_end(elsewhere(program));
  if (!has_succeeded(status)) {
    first.put_back();
    tell(settings, "the second run failed; the package is as the first has left it");
    return end_as(status);
  }
  const Kept second(written_packages(call, between));
  const int verdict = compare(first, second, settings);
  first.put_back();
  repair(packages, settings);
  return verdict;
}

}  // namespace normalize::wrap
