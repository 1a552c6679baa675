#include "driver/options/groups.h"

#include "rules/option_words.h"

namespace normalize {

void add_epoch_options(OptionParser& parser, EpochChoice& epoch) {
  parser.add(
      "--epoch", "SECONDS",
      "The time that none may exceed, instead of SOURCE_DATE_EPOCH; without either, times become "
      "the zero of their format",
      [&](const std::string& text) { epoch.seconds = parse_epoch_option(text); });
  parser.add(
      "--epoch-from", "SOURCE",
      "Finds the epoch: git (committer time of HEAD), changelog (newest entry of debian/changelog, "
      "*.spec or CHANGELOG), newest (of the files given), or the time of a FILE",
      [&](const std::string& text) { epoch.from = text; });
}

void add_rules_options(OptionParser& parser, Rules& rules) {
  add_rule_file_option(parser, rules);
  parser.add_choice<TimeMode>("--time", "MODE",
                              "clamp (default) lowers later times to the epoch; set changes all",
                              rules.time_mode, kTimeWords);
  parser.add_choice<Profile>(
      "--profile", "NAME",
      "safe (default) drops what cannot change how anything behaves; strict also "
      "drops what matters to provenance alone",
      rules.profile, kProfileWords);
  parser.add(
      "--recompress", "HOW",
      "keep (default) packs again what changed alone; canonical (default of strict) packs every "
      "stream by one recipe; store packs none where the format can hold bytes as they are",
      [&](const std::string& text) {
        rules.recompress = parse_word("--recompress", kRecompressWords, text);
      });
  parser.tell_words(kRecompressWords);
  parser.add_choice<SignedFiles>(
      "--signed", "HOW",
      "skip (default) leaves signed files and says so; fail makes each an "
      "error; strip takes off signatures where the format allows it",
      rules.signed_files, kSignedWords);
  parser.add_choice<bool>(
      "--order", "HOW",
      "Of members of archives: sort (default) by name where the format leaves it open, "
      "or keep",
      rules.sort_members, kOrderWords);
  parser.add_choice<Owners>(
      "--owners", "WHOSE",
      "Of members of archives: root (default), names (0, their names stay), system "
      "(people become root, the system's accounts stay) or keep",
      rules.owners, kOwnersWords);
  parser.add_choice<PycMode>(
      "--pyc", "MODE",
      "What a .pyc says of its source: clamp (default), the source's time once that is normal, so "
      "Python goes on using it; zero, 0, which Python uses where the source is dated 0; "
      "checked-hash, used where the source has this hash; unchecked-hash, used always (both from "
      "Python 3.7 on); keep, what it said; recompile, as clamp, and the code is what "
      "normalize-python makes of the source",
      rules.pyc_mode, kPycWords);
  parser.add_repeated(
      "--map", "OLD=NEW",
      "Replaces a prefix of embedded source paths, such as a staging folder; the first that fits",
      [&](const std::string& text) { rules.path_map.push_back(parse_path_mapping(text)); });
  parser.add_repeated(
      "--formats", "LIST", "Formats to leave alone or not: -pyc or -all,+zip; rule is all rules",
      [&](const std::string& text) { switch_formats(text, rules); }, OptionParser::Counts::last);
  const std::string verify_help =
      "Reads changed archives back with libarchive before they are put in place (default); "
      "--verify=python also has normalize-python load changed .pyc files, before and after";
  parser.add_switch("--verify,!--no-verify", verify_help,
                    [&](const std::string& word) { parse_verification(word, rules); });
}

void add_rule_file_option(OptionParser& parser, Rules& rules) {
  parser.add_repeated("--rules", "FILE",
                      "Reads rules from FILE too, the last of which win; before it those that are "
                      "built in, of the system, the user, and of trees (.normalize.toml)",
                      [&](const std::string& text) { rules.rule_files.push_back(text); });
}

void add_plugin_options(OptionParser& parser, PluginOptions& plugins) {
  parser.add_repeated(
      "--plugin-path", "DIR",
      "Where rules find plugins in Python, in this order and before those that come "
      "with the program",
      [&](const std::string& text) { plugins.folders.push_back(text); });
}

void add_walk_options(OptionParser& parser, Task& task) {
  parser.add("-j,--jobs", "N", "Files worked on at a time (default: the processors there are)",
             [&](const std::string& text) { task.jobs = parse_jobs(text); });
  parser.add_repeated("--exclude", "GLOB", "Passes over what matches by path or last component",
                      [&](const std::string& text) { task.excludes.push_back(text); });
}

void add_format_option(OptionParser& parser, ReportOptions& report) {
  parser.add_choice<ReportOptions::Format>(
      "--format", "FORMAT", "text (default) or jsonl: one JSON object a line, everything told",
      report.format,
      {{"jsonl", ReportOptions::Format::jsonl}, {"text", ReportOptions::Format::text}});
}

void add_run_format_option(OptionParser& parser, ReportOptions& report) {
  parser.add_choice<ReportOptions::Format>(
      "--format", "FORMAT",
      "text (default); jsonl: one JSON object a line, everything told; sarif: SARIF 2.1.0; junit: "
      "JUnit XML; github: commands for a workflow's log; html: one page, to be read in a browser",
      report.format,
      {{"github", ReportOptions::Format::github},
       {"html", ReportOptions::Format::html},
       {"jsonl", ReportOptions::Format::jsonl},
       {"junit", ReportOptions::Format::junit},
       {"sarif", ReportOptions::Format::sarif},
       {"text", ReportOptions::Format::text}});
}

void add_color_option(OptionParser& parser, ReportOptions& report) {
  parser.add_choice<ReportOptions::Color>(
      "--color", "WHEN", "auto (default; honours NO_COLOR), always or never", report.color,
      {{"always", ReportOptions::Color::always},
       {"auto", ReportOptions::Color::automatic},
       {"never", ReportOptions::Color::never}});
}

void add_report_options(OptionParser& parser, ReportOptions& report) {
  parser.add_flag("-v,--verbose", "Reports every finding and every time on disk", report.verbose);
  parser.add_flag("-q,--quiet", "Reports warnings and errors alone", report.quiet);
  add_run_format_option(parser, report);
  add_color_option(parser, report);
}

}  // namespace normalize
