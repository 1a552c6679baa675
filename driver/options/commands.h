#pragma once

#include <string>
#include <vector>

#include "driver/epoch/choose.h"
#include "driver/known_findings.h"
#include "driver/options/parser.h"
#include "driver/path_list.h"
#include "driver/pipeline.h"
#include "driver/python/services.h"
#include "driver/report/options.h"
#include "driver/usage_error.h"
#include "rules/rules.h"

namespace normalize {

/// The command line, understood. Says nothing of the environment and nothing of the disk.
struct Options {
  enum class Command { print, apply, check, perturb, explain, list };
  Command command = Command::print;
  /// For Command::print: what --help and --version say.
  std::string text;

  Task task;    // complete but for the paths of `path_list`
  Rules rules;  // complete but for the epoch
  EpochChoice epoch;
  PluginOptions plugins;
  PathList path_list;
  /// Whether all paths have to be below $RPM_BUILD_ROOT.
  bool build_root_only = false;
  /// Where files are remembered that were found normal; empty where none are.
  std::string cache;
  /// The format to take standard input for, or "auto"; empty where paths are worked on.
  std::string filter_type;
  /// Where `perturb` leaves what it makes of the one file; empty where that stays in place.
  std::string output;
  /// Whether damaged input makes the run fail.
  bool strict = false;
  ReportOptions report;
  /// For Command::explain: whether rules are told of that come nowhere near the file.
  bool explains_all_rules = false;
  BaselineFiles baseline;
  /// The options as they were said, for options_parser().
  std::vector<OptionParser::Said> said;
};

/// A parser of the options of `apply`, `check`, `perturb` or `explain`, which `options` outlives;
/// what those say counts as said.
std::unique_ptr<OptionParser> options_parser(Options& options, Options::Command command);

/// How a command is called on the command line: "apply". Not of Command::print.
std::string_view word_of(Options::Command command);

/// Understands `arguments`, the program's name not among them. Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

}  // namespace normalize
