// The one file that includes CLI11, which takes seconds to compile. CLI11 splits the command line
// and lays out --help; values are texts until here, so that our own messages judge them. The
// command itself, and what follows "--", never get there: it would take a path that is spelled like
// a command for one.

#include "driver/options.h"

#include <CLI/CLI.hpp>
#include <map>

#include "driver/help.h"
#include "driver/option_values.h"

namespace normalize {
namespace {

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

/// An option whose value is one of a few words.
template <typename T>
void add_choice(CLI::App& app, const std::string& name, const std::string& value,
                const std::string& help, T& target, const std::map<std::string, T>& words) {
  add(app, name, value, help,
      [name, words, &target](const std::string& text) { target = parse_word(name, words, text); });
}

void add_epoch_options(CLI::App& app, EpochChoice& epoch) {
  add(app, "--epoch", "SECONDS",
      "The time that none may exceed, instead of SOURCE_DATE_EPOCH; without either, times become "
      "the zero of their format",
      [&](const std::string& text) { epoch.seconds = parse_epoch_option(text); });
  add(app, "--epoch-from", "SOURCE",
      "Finds the epoch: git (committer time of HEAD), changelog (newest entry of debian/changelog, "
      "*.spec or CHANGELOG), newest (of the files given), or the time of a FILE",
      [&](const std::string& text) { epoch.from = text; });
}

void add_recompress_option(CLI::App& app, Rules& rules) {
  add(app, "--recompress", "HOW",
      "keep (default) packs again what changed alone; canonical (default of strict) packs every "
      "stream by one recipe; store packs none where the format can hold bytes as they are",
      [&](const std::string& text) {
        const std::map<std::string, Recompress> words{{"keep", Recompress::keep},
                                                      {"canonical", Recompress::canonical},
                                                      {"store", Recompress::store}};
        rules.recompress = parse_word("--recompress", words, text);
      });
}

void add_rules_options(CLI::App& app, Rules& rules) {
  add_choice<TimeMode>(app, "--time", "MODE",
                       "clamp (default) lowers later times to the epoch; set changes all",
                       rules.time_mode, {{"clamp", TimeMode::clamp}, {"set", TimeMode::set}});
  add_choice<Profile>(app, "--profile", "NAME",
                      "safe (default) drops what cannot change how anything behaves; strict also "
                      "drops what matters to provenance alone",
                      rules.profile, {{"safe", Profile::safe}, {"strict", Profile::strict}});
  add_recompress_option(app, rules);
  add_choice<SignedFiles>(
      app, "--signed", "HOW",
      "skip (default) leaves signed files and says so; fail makes each an "
      "error; strip takes off signatures where the format allows it",
      rules.signed_files,
      {{"skip", SignedFiles::skip}, {"fail", SignedFiles::fail}, {"strip", SignedFiles::strip}});
  add_choice<bool>(
      app, "--order", "HOW",
      "Of members of archives: sort (default) by name where the format leaves it open, "
      "or keep",
      rules.sort_members, {{"sort", true}, {"keep", false}});
  add_choice<Owners>(app, "--owners", "WHOSE",
                     "Of members of archives: root (default), names (0, their names stay), system "
                     "(people become root, the system's accounts stay) or keep",
                     rules.owners,
                     {{"root", Owners::root},
                      {"names", Owners::names},
                      {"system", Owners::system},
                      {"keep", Owners::keep}});
  add_choice<PycMode>(
      app, "--pyc", "MODE",
      "What a .pyc says of its source: clamp (default), the source's time once that is normal, so "
      "Python goes on using it; zero, 0, which Python uses where the source is dated 0; "
      "checked-hash, used where the source has this hash; unchecked-hash, used always (both from "
      "Python 3.7 on); keep, what it said; recompile, as clamp, and the code is what "
      "normalize-python makes of the source",
      rules.pyc_mode,
      {{"clamp", PycMode::clamp},
       {"zero", PycMode::zero},
       {"checked-hash", PycMode::checked_hash},
       {"unchecked-hash", PycMode::unchecked_hash},
       {"keep", PycMode::keep},
       {"recompile", PycMode::recompile}});
  add_repeated(
      app, "--map", "OLD=NEW",
      "Replaces a prefix of embedded source paths, such as a staging folder; the first that fits",
      [&](const std::string& text) { rules.path_map.push_back(parse_path_mapping(text)); });
  add_repeated(app, "--formats", "LIST", "Formats to leave alone or not: -pyc or -all,+zip",
               [&](const std::string& text) { switch_formats(text, rules); });
  const std::string verify_help =
      "Reads changed archives back with libarchive before they are put in place (default); "
      "--verify=python also has normalize-python load changed .pyc files, before and after";
  app.add_flag("--verify,!--no-verify", verify_help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->each([&](const std::string& word) { parse_verification(word, rules); });
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
      [&](const std::string& text) { options.filter_type = parse_filter_type(text); });
  app.add_flag("--link-duplicates", task.link_duplicates,
               "Makes identical files of a tree, of the same owner, mode, attributes and normal "
               "time, hard links of the first by path; empty files stay apart");
  app.add_flag("--strict", options.strict, "Damaged input makes the exit status 3");
}

void add_format_option(CLI::App& app, ReportOptions& report) {
  add_choice<ReportOptions::Format>(
      app, "--format", "FORMAT", "text (default) or jsonl: one JSON object a line, everything told",
      report.format,
      {{"jsonl", ReportOptions::Format::jsonl}, {"text", ReportOptions::Format::text}});
}

void add_color_option(CLI::App& app, ReportOptions& report) {
  add_choice<ReportOptions::Color>(
      app, "--color", "WHEN", "auto (default; honours NO_COLOR), always or never", report.color,
      {{"always", ReportOptions::Color::always},
       {"auto", ReportOptions::Color::automatic},
       {"never", ReportOptions::Color::never}});
}

void add_report_options(CLI::App& app, ReportOptions& report) {
  app.add_flag("-v,--verbose", report.verbose, "Reports every finding and every time on disk");
  app.add_flag("-q,--quiet", report.quiet, "Reports warnings and errors alone");
  add_format_option(app, report);
  add_color_option(app, report);
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
    return option_help(names, option->get_description());
  }
};

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
  add_epoch_options(app, options.epoch);
  add_rules_options(app, options.rules);
  add_report_options(app, options.report);
  app.footer(help_footer());
  if (run_parser(app, before)) return print(app.help());
  take_paths(app.remaining(), behind, options);
  check_whole(options);
  return options;
}

Options parse_explain(const std::vector<std::string>& words) {
  Options options;
  options.command = Options::Command::explain;
  options.task.mode = Task::Mode::check;
  options.report.verbose = true;
  const auto mark = std::ranges::find(words, "--");
  CLI::App app("Says what a file is, what it holds and what apply would change.",
               "normalize explain [OPTION]... FILE");
  add_epoch_options(app, options.epoch);
  add_rules_options(app, options.rules);
  add_color_option(app, options.report);
  if (run_parser(app, {words.begin(), mark})) return print(app.help());
  take_paths(app.remaining(), {mark == words.end() ? mark : mark + 1, words.end()}, options);
  check_whole(options);
  if (options.task.paths.size() > 1) throw UsageError("explain takes one file");
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
  if (command == "explain") return parse_explain(words);
  if (command == "list") return parse_list(words);
  throw UsageError(command + ": no such command (normalize --help tells how)");
}

}  // namespace normalize
