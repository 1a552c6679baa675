#include "driver/wrap/options.h"

#include <algorithm>

#include "driver/usage_error.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

std::string names_of_creators() {
  std::string names;
  for (const Creator& creator : all_creators())
    names.append(names.empty() ? "" : ", ").append(creator.name);
  return names;
}

constexpr const char* kFooter =
    "Calls that write no package are passed through. The epoch is what --epoch or\n"
    "--epoch-from say, SOURCE_DATE_EPOCH, or the newest entry of a changelog; it is\n"
    "never the time of day.\n\n"
    "Exit status: that of a command that fails, or dies of a signal, is its own, and\nnothing is "
    "touched then. Else 0 done; 1 --twice found more than noise; 2 bad\nusage or a stage that "
    "could "
    "not be made normal (the command was not run); 65 the\npackage is damaged; 66 no package was "
    "found; 69 it is signed and would have to\nchange; 74 the system refused. The package is then "
    "as the creator left it.\n";

}  // namespace

void add_wrap_options(OptionParser& parser, WrapOptions& options) {
  parser.add(
      "--as", "NAME",
      "The creator that the command is, where its name does not tell: " + names_of_creators(),
      [&](const std::string& text) { options.creator = text; });
  parser.add_repeated("--stage", "DIR",
                      "A folder to make normal before the command runs, instead of those that its "
                      "own arguments name",
                      [&](const std::string& text) { options.stages.push_back(text); });
  parser.add_repeated("--output", "GLOB",
                      "Where the packages come to stand: what is new or changed there, instead of "
                      "what its own arguments name",
                      [&](const std::string& text) { options.outputs.push_back(text); });
  parser.add_flag("--strip-signature", "Takes signatures off packages", options.strip_signature);
  parser.add("--resign", "CMD",
             "Signs normal packages anew, instead of their signatures: a line of sh(1), in which "
             "{} or {in} is the package, and {out} a file that takes its place",
             [&](const std::string& text) { options.resign = text; });
  parser.add_flag("--twice",
                  "Runs the command once more with another clock (by faketime), zone, locale, "
                  "umask, user, hash seed and number of jobs, and tells what differs",
                  options.twice);
  TreeOptions& tree = options.tree;
  add_walk_options(parser, tree.task);
  add_epoch_options(parser, tree.epoch);
  add_rules_options(parser, tree.rules);
  add_plugin_options(parser, tree.plugins);
  parser.add_flag("-v,--verbose", "Tells every finding", tree.report.verbose);
  parser.add_flag("-q,--quiet", "Tells warnings and errors alone", tree.report.quiet);
  add_color_option(parser, tree.report);
  parser.set_said(options.said);
}

ParsedOptions parse_wrap_options(const std::vector<std::string>& words, WrapOptions& options) {
  OptionParser parser(
      "Runs a program that writes packages: on a normal stage, in a settled environment; and makes "
      "the package normal.",
      "normalize wrap [OPTION]... -- COMMAND [ARGUMENT]...");
  add_wrap_options(parser, options);
  parser.set_footer(kFooter);
  const auto mark = std::ranges::find(words, "--");
  ParsedOptions result;
  OptionParser::Parsed parsed = parser.parse({words.begin(), mark});
  result.help = std::move(parsed.help);
  if (!result.help.empty()) return result;
  if (!parsed.paths.empty())
    throw UsageError(parsed.paths.front() + ": the command goes behind --");
  options.said = parser.said();
  if (mark != words.end()) result.command.assign(mark + 1, words.end());
  check_tree_options(options.tree, {}, 0, 0, "no path");
  if (!options.creator.empty() && !creator_named(options.creator))
    throw UsageError("--as: expected " + names_of_creators() + ", got \"" + options.creator + "\"");
  return result;
}

}  // namespace normalize::wrap
