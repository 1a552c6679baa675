#include "driver/options/commands.h"

#include <algorithm>

#include "driver/help.h"
#include "driver/options/groups.h"
#include "driver/options/table.h"

namespace normalize {
namespace {

void add_task_options(OptionParser& parser, Options& options) {
  add_walk_options(parser, options.task);
  parser.add("--files-from", "FILE", "Takes paths from FILE too, one a line; - is standard input",
             [&](const std::string& text) { options.path_list.file = text; });
  parser.add_flag("-0,--null", "Paths in --files-from end with NUL instead of newline",
                  options.path_list.nul_separated);
  parser.add("--type", "FORMAT",
             "With - as the only path: filters standard input to standard output",
             [&](const std::string& text) { options.filter_type = parse_filter_type(text); });
  parser.add_flag("--strict", "Damaged input makes the exit status 3", options.strict);
}

void add_normal_options(OptionParser& parser, Options& options) {
  parser.add("--cache", "FILE",
             "Remembers there which files were found normal, and passes over those that have not "
             "changed since under the same rules; outside of the trees, one for each",
             [&](const std::string& text) { options.cache = text; });
  parser.add_flag(
      "--brp",
      "For rpm's build root policies: refuses paths that are not below $RPM_BUILD_ROOT, "
      "links on the way resolved",
      options.build_root_only);
  parser.add_flag("--link-duplicates",
                  "Makes identical files of a tree, of the same owner, mode, attributes and normal "
                  "time, hard links of the first by path; empty files stay apart",
                  options.task.link_duplicates);
}

void add_noise_options(OptionParser& parser, Options& options) {
  parser.add("--seed", "N", "What the noise is drawn from: a number from 0 (default) to 2^64-1",
             [&](const std::string& text) { options.rules.noise = Noise(parse_seed(text)); });
  parser.add("-o,--output", "FILE", "Leaves the one file that is given as it is, and writes FILE",
             [&](const std::string& text) { options.output = text; });
}

void add_baseline_options(OptionParser& parser, BaselineFiles& files) {
  parser.add("--baseline", "FILE",
             "Findings that are known and no reason to fail: a report of check --format=jsonl, or "
             "what --write-baseline has written",
             [&](const std::string& text) { files.read = text; });
  parser.add("--write-baseline", "FILE", "Writes what is found there: from now on it is known",
             [&](const std::string& text) { files.write = text; });
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
  if (options.build_root_only) throw UsageError("--brp: is for files, not for standard input");
  if (!options.cache.empty()) throw UsageError("--cache: is for files, not for standard input");
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
  if (!options.output.empty() && (options.task.paths.size() != 1 ||
                                  !options.path_list.file.empty() || !options.filter_type.empty()))
    throw UsageError("-o: is for one file that is given");
}

Options print(std::string text) {
  Options options;
  options.text = std::move(text);
  return options;
}

Options parse_run(Options::Command command, const std::vector<std::string>& words) {
  Options options;
  options.command = command;
  const bool perturbs = command == Options::Command::perturb;
  options.task.mode =
      command == Options::Command::apply || perturbs ? Task::Mode::apply : Task::Mode::check;
  if (perturbs) options.rules.noise = Noise(0);
  options.task.jobs = default_jobs();
  options.report.verbose = command == Options::Command::explain;
  const auto parser = options_parser(options, command);
  if (command != Options::Command::explain) parser->set_footer(help_footer());
  OptionParser::Parsed parsed = parser->parse(words);
  if (!parsed.help.empty()) return print(std::move(parsed.help));
  options.task.paths = std::move(parsed.paths);
  options.said = parser->said();
  check_whole(options);
  if (command == Options::Command::explain && options.task.paths.size() > 1)
    throw UsageError("explain takes one file");
  return options;
}

Options parse_list(const std::vector<std::string>& words) {
  Options options;
  options.command = Options::Command::list;
  OptionParser parser("Names the formats, in the order they are tried.",
                      "normalize list [OPTION]...");
  add_format_option(parser, options.report);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return print(std::move(parsed.help));
  if (!parsed.paths.empty()) throw UsageError(parsed.paths.front() + ": list takes no paths");
  return options;
}

std::unique_ptr<OptionParser> new_parser(Options::Command command) {
  if (command == Options::Command::explain)
    return std::make_unique<OptionParser>(
        "Says what a file is, what it holds, which rules there are for it and what apply would "
        "change.",
        "normalize explain [OPTION]... FILE");
  const std::string usage = "normalize " + std::string(word_of(command)) + " [OPTION]... PATH...";
  if (command == Options::Command::apply)
    return std::make_unique<OptionParser>("Normalizes trees and files in place.", usage);
  if (command == Options::Command::check)
    return std::make_unique<OptionParser>("Says what apply would change, and changes nothing.",
                                          usage);
  return std::make_unique<OptionParser>(
      "Shakes trees and files in place: gives them other times, owners, orders, levels of "
      "compression and whatever else apply, with the same options, makes normal again.",
      usage);
}

}  // namespace

std::unique_ptr<OptionParser> options_parser(Options& options, Options::Command command) {
  auto parser = new_parser(command);
  const bool explains = command == Options::Command::explain;
  const bool perturbs = command == Options::Command::perturb;
  if (perturbs) add_noise_options(*parser, options);
  if (!explains) add_task_options(*parser, options);
  if (!explains && !perturbs) add_normal_options(*parser, options);
  add_epoch_options(*parser, options.epoch);
  add_rules_options(*parser, options.rules);
  add_plugin_options(*parser, options.plugins);
  if (command == Options::Command::check) add_baseline_options(*parser, options.baseline);
  if (explains) {
    parser->add_flag("-v,--verbose", "Tells of every rule why it does not apply",
                     options.explains_all_rules);
    parser->keep({"verbose"});
    add_color_option(*parser, options.report);
  } else {
    add_report_options(*parser, options.report);
  }
  parser->set_said(options.said);
  return parser;
}

std::string_view word_of(Options::Command command) {
  switch (command) {
    case Options::Command::apply:
      return "apply";
    case Options::Command::check:
      return "check";
    case Options::Command::perturb:
      return "perturb";
    case Options::Command::explain:
      return "explain";
    default:
      return "list";
  }
}

Options parse_options(const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UsageError("no command given (normalize --help tells how)");
  const std::string& command = arguments.front();
  const std::vector<std::string> words(arguments.begin() + 1, arguments.end());
  if (command == "--help" || command == "-h" || command == "help") return print(overall_help());
  if (command == "--help=man") return print(overall_manual());
  if (command == "--help=options") return print(command_table(all_commands()));
  if (command == "--version") return print(version_text());
  if (command == "apply") return parse_run(Options::Command::apply, words);
  if (command == "check") return parse_run(Options::Command::check, words);
  if (command == "perturb") return parse_run(Options::Command::perturb, words);
  if (command == "explain") return parse_run(Options::Command::explain, words);
  if (command == "list") return parse_list(words);
  throw UsageError(command + ": no such command (normalize --help tells how)");
}

}  // namespace normalize
