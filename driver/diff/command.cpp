#include "driver/diff/command.h"
#include "driver/sandbox/run_access.h"

#include <unistd.h>

#include <optional>

#include "driver/diff/compare_paths.h"
#include "driver/diff/views.h"
#include "driver/help.h"
#include "driver/options/tree_options.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"

namespace normalize {
namespace {

enum class View { text, jsonl, html, diffoscope };

struct DiffOptions : TreeOptions {
  bool bytes = false;  // whether noise counts
  View view = View::text;

  DiffOptions() { rules = diff::default_rules(); }
};

void add_options(OptionParser& parser, DiffOptions& options) {
  add_walk_options(parser, options.task);
  add_epoch_options(parser, options.epoch);
  add_rules_options(parser, options.rules);
  add_plugin_options(parser, options.plugins);
  parser.keep({"format", "profile", "recompress", "signed"});
  parser.add_flag("--bytes", "Counts noise as a difference, but for times on disk", options.bytes);
  parser.add_flag("-v,--verbose", "Tells every value of noise", options.report.verbose);
  parser.add_flag("-q,--quiet", "Tells nothing but errors: the exit status says it",
                  options.report.quiet);
  parser.add_choice<View>(
      "--format", "FORMAT",
      "text (default), jsonl: one JSON object a line; html: one page, to be read in a browser; "
      "diffoscope: its JSON, which diffoscope --load-existing-diff reads",
      options.view,
      {{"diffoscope", View::diffoscope},
       {"html", View::html},
       {"jsonl", View::jsonl},
       {"text", View::text}});
  add_color_option(parser, options.report);
  parser.set_footer(
      "Defaults other than those of apply: --profile strict --signed strip --recompress store.\n\n"
      "Exit status: 0 equal, or equal once normalized; 1 different; 2 error.\n");
}

int exit_status_of(const diff::Comparison& comparison, bool noise_counts) {
  if (comparison.counts.failed > 0) return ExitStatus::kError;
  return counts_as_difference(comparison.root.verdict, noise_counts) ? ExitStatus::kFindings
                                                                     : ExitStatus::kNormal;
}

void publish(const diff::Comparison& comparison, const DiffOptions& options,
             const diff::Facts& facts) {
  Output out([](std::string_view text) { write_standard_output(text); });
  switch (options.view) {
    case View::text:
      if (!options.report.quiet)
        write_text(comparison, {options.report.verbose, color_on_stdout(options.report)}, out);
      break;
    case View::jsonl:
      write_jsonl(comparison, facts, out);
      break;
    case View::html:
      write_html(comparison, facts, out);
      break;
    case View::diffoscope:
      write_diffoscope(comparison, out);
      break;
  }
  out.flush();
}

}  // namespace

int run_diff(const std::vector<std::string>& words) {
  DiffOptions options;
  OptionParser parser(
      "Compares two trees, files or packages, or a package with a tree: equal, equal once "
      "normalized, or different; and says in what.",
      "normalize diff [OPTION]... A B");
  add_options(parser, options);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_tree_options(options, parsed.paths, 2, 2, "two trees or files");

  const RunRules settled = settle_rules(parser, options.rules, options.epoch, parsed.paths,
                                        options.report, TreeFiles::do_not_count);
  const auto services = services_for(settled.rules, options.task.jobs, options.plugins);
  Task both = options.task;
  both.paths = parsed.paths;
  confine_run(access_for(both, options.plugins));
  std::optional<Progress> progress(std::in_place, STDERR_FILENO);
  const diff::Comparison comparison = diff::compare_paths(
      parsed.paths[0], parsed.paths[1], options.task, settled.rules, services.get(), &*progress);
  progress.reset();  // before anything else is written
  const int status = exit_status_of(comparison, options.bytes);
  publish(comparison, options, {settled.rules.epoch, status});
  return status;
}

}  // namespace normalize
