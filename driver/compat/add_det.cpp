// add-det 0.7.3, alias add-determinism: files and trees, in place, below the build root of rpm
// where
// --brp says so. Like it we leave times on disk, which rpm itself lowers.

#include <charconv>

#include "driver/commands.h"
#include "driver/compat/build_root.h"
#include "driver/compat/command_words.h"
#include "driver/compat/environment_epoch.h"
#include "driver/compat/handlers.h"
#include "driver/compat/programs.h"
#include "driver/compat/python_sources.h"
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

using Value = WordOption::Value;

constexpr WordOption kOptions[] = {
    {0, "handler", Value::required},
    {0, "brp"},
    {'v', "verbose"},
    {0, "check"},
    {0, "ignore-extension"},
    {'p', "print"},
    {'j', "", Value::optional},
    {'h', "help"},
    {'V', "version"},
};

constexpr std::string_view kZeroMtime = "pyc-zero-mtime";

constexpr Handler kHandlers[] = {
    {"ar", "ar"},   {"jar", "zip", "jar"}, {"javadoc", "javadoc"},      {"gzip", "gzip"},
    {"pyc", "pyc"}, {"zip", "zip"},        {kZeroMtime, "", "", false},
};

constexpr std::string_view kHelp =
    "Stands in for add-det, which rewrites files and trees so that two builds are equal.\n"
    "\n"
    "Usage: add-det [OPTIONS] [path]...\n"
    "\n"
    "Options:\n"
    "      --handler <LIST>    Handlers to enable, or with - before each to disable;\n"
    "                          --handler=list names them\n"
    "      --brp               Works below $RPM_BUILD_ROOT alone; trouble is no failure\n"
    "  -v, --verbose           Tells every finding\n"
    "      --check             Changes nothing; fails if something would have changed\n"
    "      --ignore-extension  Changes nothing: content decides anyway\n"
    "  -p, --print             Prints what files hold\n"
    "  -j [<N>]                Uses N workers; 0 or no number: as many as processors\n"
    "  -h, --help              Prints this\n"
    "  -V, --version           Prints the version\n";

/// What Rust programs print for an error that ends them.
int fail(const std::string& problem) {
  write_standard_error("Error: " + escape(problem) + "\n");
  return kFailed;
}

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::vector<std::string> handler_words(const CommandWords& words) {
  std::vector<std::string> all;
  for (const GivenOption& given : words.options) {
    if (given.option->name != "handler") continue;
    for (std::string text = *given.value;;) {
      const std::size_t comma = text.find(',');
      all.push_back(text.substr(0, comma));
      if (comma == std::string::npos) break;
      text.erase(0, comma + 1);
    }
  }
  return all;
}

/// "pyc,ar" has these alone, "-pyc" all that are usual but this.
void switch_handlers(const std::vector<std::string>& words, Handlers& handlers) {
  const auto is_negative = [](const std::string& word) { return word.starts_with('-'); };
  const bool some = std::ranges::any_of(words, is_negative);
  if (some && !std::ranges::all_of(words, is_negative))
    throw Failure("Cannot mix --handler options with '-' and without");
  if (!some && !words.empty()) handlers.turn_all(false);
  for (const std::string& word : words) {
    const std::string name = some ? word.substr(1) : word;
    if (!handlers.knows(name)) throw Failure("Unknown handler name: \"" + name + "\"");
    handlers.turn(name, !some);
  }
  if (handlers.names_on().empty())
    throw Failure("Requested handler list is empty, will have nothing to do");
}

/// Handlers that need no epoch. To the others there is nothing that times could be lowered to.
bool works_without_epoch(std::string_view handler) {
  return handler == "ar" || handler == "javadoc" || handler == "pyc" || handler == kZeroMtime;
}

/// `asked_for` says that somebody has named handlers, who is then told that one will not work.
void settle_without_epoch(bool asked_for, Handlers& handlers) {
  std::string skipped;
  for (const std::string& name : handlers.names_on()) {
    if (works_without_epoch(name)) continue;
    if (asked_for && (name == "gzip" || name == "jar" || name == "zip"))
      throw Failure("Cannot initialize handler " + name + ": " + name +
                    " handler requires $SOURCE_DATE_EPOCH to be set");
    skipped += " " + name;
    handlers.turn(name, false);
  }
  if (!skipped.empty())
    write_standard_output(
        "Handlers skipped, which require $SOURCE_DATE_EPOCH to be set:" + skipped + "\n");
}

unsigned jobs_of(const CommandWords& words) {
  const auto text = words.last("");
  if (!text) return 1;
  unsigned jobs = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, jobs);
  if (!text->empty() && (error != std::errc{} || stop != end))
    throw UsageError("invalid value '" + *text + "' for '-j [<N>]'");
  return jobs == 0 ? default_jobs() : std::min(jobs, kMostJobs);
}

void tell(const RunReport& report, bool check, bool verbose) {
  write_standard_error(text_diagnostics(report, {.notes = verbose}));
  const Summary& summary = report.summary;
  if (verbose || check) print_text(report, {.check = check, .every_finding = true});
  std::string text;
  for (const FileReport& file : report.files)
    if (!check && file.outcome == FileReport::Outcome::changed)
      text += escape(file.path) + ": replacing with normalized version\n";
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  text += "Scanned " + number(summary.folders) + " directories and " +
          number(summary.files + summary.others) + " files,\n    processed " +
          number(summary.claimed) + " inodes,\n    " + number(summary.changed) + " modified (" +
          number(summary.changed) + " replaced + 0 rewritten),\n    " + number(summary.damaged) +
          " unsupported format, " + number(summary.failed) + " errors\n";
  write_standard_output(text);
}

int status_of(const Summary& summary, bool check, bool brp) {
  if ((check || !brp) && summary.failed > 0) return fail("processing failed");
  if (!check) return kDone;
  if (summary.damaged > 0)
    return fail("--check was specified, but some files couldn't be processed");
  if (summary.changed > 0)
    return fail("--check was specified, but some files would have been modified");
  return kDone;
}

int print_files(const std::vector<std::string>& paths) {
  for (std::size_t i = 0; i < paths.size(); ++i)
    write_standard_output((i > 0 ? "\n" : "") + describe_file(paths[i], Rules{}));
  return kDone;
}

int work(const CommandWords& words, unsigned jobs) {
  Handlers handlers(kHandlers);
  const std::vector<std::string> wanted = handler_words(words);
  if (std::ranges::find(wanted, "list") != wanted.end()) {
    for (const std::string& name : handlers.names()) write_standard_output(name + "\n");
    return kDone;
  }
  const bool brp = words.has("brp"), check = words.has("check"), verbose = words.has("verbose");
  switch_handlers(wanted, handlers);
  Task task;
  task.jobs = jobs;
  if (words.has("print")) return print_files(words.paths);
  if (words.paths.empty() && !brp)
    write_standard_output("No arguments specified, nothing to do.\n");
  Rules rules;
  rules.epoch = environment_epoch();
  if (!rules.epoch) settle_without_epoch(!wanted.empty(), handlers);
  if (brp) expect_below_build_root(words.paths);
  GivenPaths given = given_paths(words.paths);
  task.paths = std::move(given.paths);

  const bool zeroes = handlers.is_on(std::string(kZeroMtime));
  task.mode = check ? Task::Mode::check : Task::Mode::apply;
  task.passes_over = [&](const std::string& path, std::string_view format) {
    return !handlers.is_on(handlers.of(path, format)) && !(zeroes && format == "pyc");
  };
  rules.disk_times = false;
  if (zeroes) rules.pyc_mode = PycMode::zero;
  // Sources that get the time zero are looked for by their paths.
  if (!zeroes || confined_sees_paths()) confine_run(access_for(task, {}));
  RunReport report = run_pipeline(task, rules);
  report.summary.failed += given.missing;
  if (zeroes && !check) zero_python_sources(task.paths);
  tell(report, check, verbose);
  return status_of(report.summary, check, brp);
}

void expect_no_conflict(const CommandWords& words) {
  if (!words.has("print")) return;
  for (const std::string_view other : {"brp", "check", ""})
    if (words.has(other))
      throw UsageError("the argument '--print' cannot be used with '" +
                       (other.empty() ? "-j" : "--" + std::string(other)) + "'");
}

}  // namespace

int run_add_det(const std::string& name, const std::vector<std::string>& arguments) {
  try {
    const CommandWords words = split_words(kOptions, arguments, Abbreviations::refused);
    if (words.has("help")) return write_standard_output(kHelp), kDone;
    if (words.has("version"))
      return write_standard_output(name + " 0.7.3 (normalize " + std::string(program_version()) +
                                   ")\n"),
             kDone;
    expect_no_conflict(words);
    const unsigned jobs = jobs_of(words);
    try {
      return work(words, jobs);
    } catch (const UsageError& error) {
      return fail(error.what());
    }
  } catch (const UsageError& error) {
    write_standard_error("error: " + escape(error.what()) +
                         "\n\nFor more information, try '--help'.\n");
    return kBadUsage;
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

}  // namespace normalize
