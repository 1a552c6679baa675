// The one file that includes CLI11, which takes seconds to compile. CLI11 splits the command line
// and lays out --help; values are texts until here, so that our own messages judge them. The
// command itself, and what follows "--", never get there: it would take a path that is spelled like
// a command for one.

#include "driver/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <thread>

#include "normalizers/codec/recipes.h"
#include "normalizers/registry.h"
#include "normalizers/version.h"
#include "rules/epoch.h"

namespace normalize {
namespace {

constexpr unsigned kMostJobs = 1024;

[[noreturn]] void reject(const std::string& option, const std::string& expected,
                         const std::string& value) {
  throw UsageError(option + ": expected " + expected + ", got \"" + value + "\"");
}

unsigned parse_jobs(const std::string& text) {
  unsigned jobs = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, jobs);
  if (error != std::errc{} || stop != end || jobs < 1 || jobs > kMostJobs)
    reject("--jobs", "a number from 1 to " + std::to_string(kMostJobs), text);
  return jobs;
}

unsigned default_jobs() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs); }

std::int64_t parse_epoch_option(const std::string& text) {
  if (const auto seconds = parse_epoch(text)) return *seconds;
  reject("--epoch", "seconds since 1970 in digits", text);
}

/// The value that one of a few words stands for.
template <typename T>
T parse_word(const std::string& option, const std::map<std::string, T>& words,
             const std::string& text) {
  if (const auto found = words.find(text); found != words.end()) return found->second;
  std::string expected;
  for (const auto& [word, value] : words) expected += (expected.empty() ? "" : " or ") + word;
  reject(option, expected, text);
}

std::string known_formats() {
  std::string names;
  for (const auto& format : all_normalizers())
    names += (names.empty() ? "" : ", ") + std::string(format->name());
  return names;
}

/// One word of --formats: "+zip", "-all".
void switch_format(const std::string& word, Rules& rules) {
  const std::string name = word.empty() ? "" : word.substr(1);
  if (!word.starts_with('+') && !word.starts_with('-'))
    reject("--formats", "names behind + or -, such as -all,+zip", word);
  if (name != "all" && !normalizer_named(name))
    reject("--formats", "all or one of " + known_formats(), name);
  for (const auto& format : all_normalizers()) {
    if (name != "all" && name != format->name()) continue;
    if (word.starts_with('-'))
      rules.disabled_formats.emplace(format->name());
    else
      rules.disabled_formats.erase(std::string(format->name()));
  }
}

void switch_formats(const std::string& words, Rules& rules) {
  for (std::size_t start = 0; start <= words.size();) {
    const std::size_t end = std::min(words.find(',', start), words.size());
    switch_format(words.substr(start, end - start), rules);
    start = end + 1;
  }
}

void parse_filter_type(const std::string& name, Options& options) {
  if (name != "auto" && !normalizer_named(name))
    reject("--type", "auto or one of " + known_formats(), name);
  options.filter_type = name;
}

/// An option whose last value counts, as in a hook that is given more options by its caller.
CLI::Option* add(CLI::App& app, const std::string& names, const std::string& value,
                 const std::string& help, std::function<void(const std::string&)> take) {
  return app.add_option_function<std::string>(names, std::move(take), help)
      ->type_name(value)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

/// An option that may be repeated, with one value each time.
CLI::Option* add_repeated(CLI::App& app, const std::string& names, const std::string& value,
                          const std::string& help, std::function<void(const std::string&)> take) {
  const auto take_each = [take = std::move(take)](const std::vector<std::string>& values) {
    for (const std::string& each : values) take(each);
  };
  return app.add_option_function<std::vector<std::string>>(names, take_each, help)
      ->type_name(value)
      ->expected(1)
      ->allow_extra_args(false)  // CLI11 would go on to take the paths, and split "[ab]"
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_rules_options(CLI::App& app, Options& options) {
  Rules& rules = options.rules;
  EpochChoice& epoch = options.epoch;
  add(app, "--epoch", "SECONDS",
      "The time that none may exceed, instead of SOURCE_DATE_EPOCH; without either, times become "
      "the zero of their format",
      [&](const std::string& text) { epoch.seconds = parse_epoch_option(text); });
  add(app, "--epoch-from", "SOURCE",
      "Finds the epoch: git (committer time of HEAD), changelog (newest entry of debian/changelog, "
      "*.spec or CHANGELOG), newest (of the files given), or the time of a FILE",
      [&](const std::string& text) { epoch.from = text; });
  add(app, "--time", "MODE", "clamp (default) lowers later times to the epoch; set changes all",
      [&](const std::string& text) {
        const std::map<std::string, TimeMode> words{{"clamp", TimeMode::clamp},
                                                    {"set", TimeMode::set}};
        rules.time_mode = parse_word("--time", words, text);
      });
  add(app, "--profile", "NAME",
      "safe (default) drops what cannot change how anything behaves; strict also drops what "
      "matters "
      "to provenance alone",
      [&](const std::string& text) {
        const std::map<std::string, Profile> words{{"safe", Profile::safe},
                                                   {"strict", Profile::strict}};
        rules.profile = parse_word("--profile", words, text);
      });
  add_repeated(app, "--formats", "LIST", "Formats to leave alone or not: -pyc or -all,+zip",
               [&](const std::string& text) { switch_formats(text, rules); });
  app.add_flag(
      "--verify,!--no-verify", rules.verify,
      "Reads changed archives back with libarchive before they are put in place (default)");
}

void add_task_options(CLI::App& app, Options& options) {
  Task& task = options.task;
  add(app, "-j,--jobs", "N", "Files worked on at a time (default: the processors there are)",
      [&](const std::string& text) { task.jobs = parse_jobs(text); });
  add_repeated(app, "--exclude", "GLOB", "Passes over what matches by path or last component",
               [&](const std::string& text) { task.excludes.push_back(text); });
  add(app, "--files-from", "FILE", "Takes paths from FILE too, one a line; - is standard input",
      [&](const std::string& text) { options.path_list.file = text; });
  app.add_flag("-0,--null", options.path_list.nul_separated,
               "Paths in --files-from end with NUL instead of newline");
  add(app, "--type", "FORMAT", "With - as the only path: filters standard input to standard output",
      [&](const std::string& text) { parse_filter_type(text, options); });
  app.add_flag("--strict", options.strict, "Damaged input makes the exit status 3");
}

void add_format_option(CLI::App& app, ReportOptions& report) {
  add(app, "--format", "FORMAT", "text (default) or jsonl: one JSON object a line, everything told",
      [&](const std::string& text) {
        const std::map<std::string, ReportOptions::Format> words{
            {"jsonl", ReportOptions::Format::jsonl}, {"text", ReportOptions::Format::text}};
        report.format = parse_word("--format", words, text);
      });
}

void add_report_options(CLI::App& app, ReportOptions& report) {
  app.add_flag("-v,--verbose", report.verbose, "Reports every finding and every time on disk");
  app.add_flag("-q,--quiet", report.quiet, "Reports warnings and errors alone");
  add_format_option(app, report);
  add(app, "--color", "WHEN", "auto (default; honours NO_COLOR), always or never",
      [&](const std::string& text) {
        const std::map<std::string, ReportOptions::Color> words{
            {"always", ReportOptions::Color::always},
            {"auto", ReportOptions::Color::automatic},
            {"never", ReportOptions::Color::never}};
        report.color = parse_word("--color", words, text);
      });
}

constexpr std::size_t kHelpColumn = 24, kHelpWidth = 80;

/// `text` in lines that end before kHelpWidth, the first one begun with `start`.
std::string wrapped(std::string start, std::string_view text) {
  std::string out;
  std::string line = std::move(start);
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (line.size() > kHelpColumn && line.size() + 1 + word.size() > kHelpWidth) {
      out += line + "\n";
      line.clear();
    }
    line.resize(std::max(line.size(), kHelpColumn), ' ');
    if (line.size() > kHelpColumn) line += ' ';
    line += word;
  }
  return out + line + "\n";
}

/// Lays out --help for a terminal of 80 columns, which CLI11 would not; nor would it know of the
/// paths, which it never sees.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string name) const override {
    return "Usage: " + name + "\n";
  }
  std::string make_option(const CLI::Option* option, bool) const override {
    std::string names = "  " + option->get_name(false, true);
    if (const std::size_t value = names.find("{false}"); value != names.npos) names.erase(value);
    if (!option->get_type_name().empty()) names += " " + option->get_type_name();
    if (names.size() < kHelpColumn) return wrapped(names, option->get_description());
    return names + "\n" + wrapped("", option->get_description());
  }
};

constexpr std::string_view kCommands =
    "Makes the outputs of two builds of the same sources the same bytes.\n"
    "\n"
    "  normalize apply PATH...   normalizes trees and files in place\n"
    "  normalize check PATH...   says what apply would change, changes nothing\n"
    "  normalize list            names the formats\n"
    "\n"
    "normalize COMMAND --help tells its options; normalize --version the versions.\n";

constexpr std::string_view kExitStatus =
    "Exit status: 0 done, or normal already; 1 check has findings; 2 error; 3 damaged\n"
    "input, with --strict. Damaged, signed and encrypted files are left as they were,\n"
    "and named.\n";

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

std::string limits_text() {
  const Limits limits;
  return "Limits: archives within archives are opened " + std::to_string(limits.depth) +
         " deep. One file of a tree\nmay unpack, all levels together, to " +
         std::to_string(limits.expansion_ratio) + " times its size, to " +
         mebibytes(limits.expansion_floor) + " however\nsmall it is, and to " +
         mebibytes(limits.expansion_ceiling) +
         " however large. Each job holds one file and what\nit unpacks to in memory.\n";
}

std::string version_text() {
  std::string text =
      "normalize " + std::string(program_version()) + "\ncanon " + std::to_string(kCanon) + "\n";
  for (const LibraryVersion& library : library_versions())
    text += std::string(library.name) + " " + library.version + "\n";
  return text;
}

std::string overall_help() {
  return std::string(kCommands) + "\n" + std::string(kExitStatus) + "\n" + limits_text();
}

Options print(std::string text) {
  Options options;
  options.text = std::move(text);
  return options;
}

/// Before "--" what CLI11 made nothing of are paths, and options that we do not have.
void take_paths(const std::vector<std::string>& left_over, const std::vector<std::string>& behind,
                Options& options) {
  for (const std::string& word : left_over) {
    if (word.size() > 1 && word.starts_with('-'))
      throw UsageError(word + ": no such option (a path that begins with - goes behind --)");
    options.task.paths.push_back(word);
  }
  options.task.paths.insert(options.task.paths.end(), behind.begin(), behind.end());
}

/// What no single option can see.
void check_filter(const Options& options) {
  const std::vector<std::string>& paths = options.task.paths;
  const bool has_dash = std::ranges::find(paths, "-") != paths.end();
  if (options.filter_type.empty()) {
    if (has_dash) throw UsageError("-: standard input needs --type (a file called - is ./-)");
    return;
  }
  if (!has_dash || paths.size() > 1 || !options.path_list.file.empty())
    throw UsageError("--type: is for standard input; give - as the only path");
  if (options.epoch.from == "newest")
    throw UsageError("--epoch-from=newest: standard input has no time");
}

void check_whole(const Options& options) {
  if (options.epoch.seconds && !options.epoch.from.empty())
    throw UsageError("--epoch and --epoch-from: only one of them can be the epoch");
  if (options.path_list.nul_separated && options.path_list.file.empty())
    throw UsageError("-0: needs --files-from (--files-from - reads standard input)");
  if (options.task.paths.empty() && options.path_list.file.empty())
    throw UsageError("no path given (normalize --help tells how)");
  for (const std::string& path : options.task.paths)
    if (path.empty()) throw UsageError("a path is empty");
  check_filter(options);
}

/// CLI11 takes "--name=" for an option whose value is yet to come.
void reject_empty_values(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (word.size() > 3 && word.starts_with("--") && word.ends_with('=') &&
        word.find('=') == word.size() - 1)
      throw UsageError(word.substr(0, word.size() - 1) + ": needs a value");
}

std::string problem_of(const CLI::ParseError& error) {
  const std::string text = error.what();  // "--jobs: 1 required N missing"
  if (!dynamic_cast<const CLI::ArgumentMismatch*>(&error)) return text;
  return text.substr(0, text.find(':')) + ": needs a value";
}

/// True where --help is asked for.
bool run_parser(CLI::App& app, std::vector<std::string> words) {
  reject_empty_values(words);
  app.allow_extras();
  app.formatter(std::make_shared<HelpFormatter>());
  std::ranges::reverse(words);  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return true;
  } catch (const CLI::ParseError& error) {
    throw UsageError(problem_of(error));
  }
  return false;
}

Options parse_run(Options::Command command, const std::string& name,
                  const std::vector<std::string>& words) {
  Options options;
  options.command = command;
  options.task.mode = command == Options::Command::apply ? Task::Mode::apply : Task::Mode::check;
  options.task.jobs = default_jobs();
  const auto mark = std::ranges::find(words, "--");
  const std::vector<std::string> before(words.begin(), mark);
  const std::vector<std::string> behind(mark == words.end() ? mark : mark + 1, words.end());

  CLI::App app(command == Options::Command::apply
                   ? "Normalizes trees and files in place."
                   : "Says what apply would change, and changes nothing.",
               "normalize " + name + " [OPTION]... PATH...");
  add_task_options(app, options);
  add_rules_options(app, options);
  add_report_options(app, options.report);
  app.footer(std::string(kExitStatus) + "\n" + limits_text());
  if (run_parser(app, before)) return print(app.help());
  take_paths(app.remaining(), behind, options);
  check_whole(options);
  return options;
}

Options parse_list(const std::vector<std::string>& words) {
  Options options;
  options.command = Options::Command::list;
  CLI::App app("Names the formats, in the order they are tried.", "normalize list [OPTION]...");
  add_format_option(app, options.report);
  if (run_parser(app, words)) return print(app.help());
  if (app.remaining_size() > 0) throw UsageError(app.remaining().front() + ": list takes no paths");
  return options;
}

}  // namespace

Options parse_options(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UsageError("no command given (normalize --help tells how)");
  const std::string& command = arguments.front();
  const std::vector<std::string> words(arguments.begin() + 1, arguments.end());
  if (command == "--help" || command == "-h" || command == "help") return print(overall_help());
  if (command == "--version") return print(version_text());
  if (command == "apply") return parse_run(Options::Command::apply, command, words);
  if (command == "check") return parse_run(Options::Command::check, command, words);
  if (command == "list") return parse_list(words);
  throw UsageError(command + ": no such command (normalize --help tells how)");
}

}  // namespace normalize
