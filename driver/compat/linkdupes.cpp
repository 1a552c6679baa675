// linkdupes, which comes with add-det: hard-links identical files, and changes nothing else.

#include "driver/compat/build_root.h"
#include "driver/compat/command_words.h"
#include "driver/compat/environment_epoch.h"
#include "driver/compat/programs.h"
#include "driver/options/values.h"
#include "driver/pipeline.h"
#include "driver/report/escape.h"
#include "driver/report/text.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "normalizers/version.h"

namespace normalize {
namespace {

constexpr int kDone = 0, kFailed = 1, kBadUsage = 2;

// Its other options make files one that are not the same, or ask the policy of SELinux.
constexpr WordOption kOptions[] = {
    {0, "brp"},    {'v', "verbose"}, {'n', "dry-run"}, {0, "ignore-selinux-context"},
    {'h', "help"}, {'V', "version"},
};

constexpr std::string_view kHelp =
    "Stands in for linkdupes, which makes identical files hard links of each other.\n"
    "\n"
    "Usage: linkdupes [OPTIONS] [path]...\n"
    "\n"
    "Options:\n"
    "      --brp                     Works below $RPM_BUILD_ROOT alone; trouble is a failure\n"
    "  -v, --verbose                 Tells each link\n"
    "  -n, --dry-run                 Changes nothing\n"
    "      --ignore-selinux-context  Changes nothing: the labels on disk count, no policy's\n"
    "  -h, --help                    Prints this\n"
    "  -V, --version                 Prints the version\n";

void tell(const RunReport& report, bool check, bool verbose) {
  write_standard_error(text_diagnostics(report, {.notes = verbose}));
  std::string text;
  for (const FileReport& file : report.files)
    if (verbose && file.link)
      text += (check ? "Would link " : "Linked ") + escape(file.link->after) + " ← " +
              escape(file.path) + "\n";
  const Summary& summary = report.summary;
  text += "Scanned " + std::to_string(summary.folders) + " directories and " +
          std::to_string(summary.files + summary.others) + " files,\n    linked " +
          std::to_string(summary.linked) + " files, " + std::to_string(summary.failed) +
          " errors\n    sum of sizes of linked files: " + std::to_string(summary.bytes_saved) +
          " bytes\n";
  write_standard_output(text);
}

int work(const CommandWords& words) {
  Task task;
  task.mode = words.has("dry-run") ? Task::Mode::check : Task::Mode::apply;
  task.jobs = default_jobs();
  task.link_duplicates = true;
  task.passes_over = [](const std::string&, std::string_view) { return true; };
  if (words.has("brp")) expect_below_build_root(words.paths);
  GivenPaths given = given_paths(words.paths);
  task.paths = std::move(given.paths);
  Rules rules;
  rules.epoch = environment_epoch();
  rules.disk_times = false;
  confine_run(access_for(task, {}));
  RunReport report = run_pipeline(task, rules);
  report.summary.failed += given.missing;
  tell(report, task.mode == Task::Mode::check, words.has("verbose"));
  return words.has("brp") && report.summary.failed > 0 ? kFailed : kDone;
}

}  // namespace

int run_linkdupes(const std::string& name, const std::vector<std::string>& arguments) {
  CommandWords words;
  try {
    words = split_words(kOptions, arguments, Abbreviations::refused);
  } catch (const UsageError& error) {
    write_standard_error("error: " + escape(error.what()) + "\n");
    return kBadUsage;
  }
  if (words.has("help")) return write_standard_output(kHelp), kDone;
  if (words.has("version"))
    return write_standard_output(name + " (normalize " + std::string(program_version()) + ")\n"),
           kDone;
  try {
    return work(words);
  } catch (const std::exception& error) {
    write_standard_error("Error: " + escape(error.what()) + "\n");
    return kFailed;
  }
}

}  // namespace normalize
