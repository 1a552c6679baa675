#include <algorithm>
#include <optional>

#include "driver/manifest/commands.h"
#include "driver/manifest/compare.h"
#include "driver/manifest/manifest.h"
#include "driver/options/tree_options.h"
#include "driver/python/services.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

std::string text_line(const Difference& difference) {
  const std::string path = escape("./" + difference.path);
  if (!difference.keyword.empty())
    return path + ": " + std::string(difference.keyword) + ": " + escape(difference.expected) +
           " is " + (difference.found.empty() ? "not there" : escape(difference.found)) + "\n";
  return path + (difference.found.empty()
                     ? ": missing (" + escape(difference.expected) + ")\n"
                     : ": not in the specification (" + difference.found + ")\n");
}

std::string json_line(const Difference& difference) {
  std::string line;
  JsonWriter json(line);
  json.open_object();
  json.text("type", "difference");
  json.text("path", difference.path);
  if (!difference.keyword.empty()) json.text("keyword", difference.keyword);
  json.text("expected", difference.expected);
  json.text("found", difference.found);
  json.close_object();
  return line + "\n";
}

Specification read(const std::string& path, const Bytes& bytes) {
  try {
    return read_specification(as_text(bytes));
  } catch (const FormatError& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

void mention_not_compared(const Specification& specification, const ReportOptions& report) {
  if (report.quiet || specification.not_compared.empty()) return;
  std::string words;
  for (const std::string_view word : specification.not_compared)
    words.append(words.empty() ? "" : ", ").append(word);
  write_standard_error("normalize: note: keywords that are not compared: " + escape(words) + "\n");
}

}  // namespace

int run_verify(const std::vector<std::string>& words) {
  TreeOptions options;
  OptionParser parser("Compares a tree, as apply would leave it, with a specification, mtree(5).",
                      "normalize verify [OPTION]... SPEC TREE");
  add_tree_options(parser, options);
  OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  check_tree_options(options, parsed.paths, 2, 2, "a specification and a tree");

  const Bytes bytes = read_whole_file(parsed.paths[0]);
  const Specification specification = read(parsed.paths[0], bytes);
  options.task.paths = {parsed.paths[1]};
  const RunRules settled =
      settle_rules(parser, options.rules, options.epoch, options.task.paths, options.report);
  const auto services = services_for(settled.rules, options.task.jobs, options.plugins);
  confine_run(access_for(options.task, options.plugins));
  std::optional<Progress> progress;
  options.task.progress = begin_progress(progress, options.report.quiet);
  const NormalTree tree(options.task, settled.rules, services.get(), Naming::below_root);
  Comparison found = compare(specification, tree, options.task.jobs);
  progress.reset();

  mention_not_compared(specification, options.report);
  std::string text;
  for (const Difference& difference : found.differences)
    text += options.report.format == ReportOptions::Format::jsonl ? json_line(difference)
                                                                  : text_line(difference);
  write_standard_output(text);
  const int status = tell_reports(std::move(found.reports), options.report);
  return std::max(status, found.differences.empty() ? ExitStatus::kNormal : ExitStatus::kFindings);
}

}  // namespace normalize
