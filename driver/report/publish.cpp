#include "driver/report/publish.h"

#include <unistd.h>

#include <cstdlib>

#include "driver/report/github.h"
#include "driver/report/jsonl.h"
#include "driver/report/junit.h"
#include "driver/report/output.h"
#include "driver/report/run_html.h"
#include "driver/report/sarif.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"
#include "rules/format_time.h"

namespace normalize {
namespace {

bool color_on(int descriptor, const ReportOptions& options) {
  if (options.color != ReportOptions::Color::automatic)
    return options.color == ReportOptions::Color::always;
  const char* const no_color = std::getenv("NO_COLOR");  // no-color.org: set, and not empty
  const char* const terminal = std::getenv("TERM");
  return (!no_color || *no_color == '\0') && terminal && std::string_view(terminal) != "dumb" &&
         ::isatty(descriptor) == 1;
}

std::string epoch_line(const RunFacts& facts, const std::string& origin) {
  if (!facts.epoch) return "no epoch: times become the zero of their format\n";
  return "epoch " + std::to_string(*facts.epoch) + " (" + format_time(*facts.epoch) + ", from " +
         origin + ")\n";
}

}  // namespace

bool color_on_stdout(const ReportOptions& options) { return color_on(STDOUT_FILENO, options); }
bool color_on_stderr(const ReportOptions& options) { return color_on(STDERR_FILENO, options); }

void publish(const RunReport& report, const ReportOptions& options, const RunFacts& facts,
             const std::string& epoch_origin, ReportTo to) {
  write_standard_error(
      text_diagnostics(report, {!options.quiet, options.verbose, color_on_stderr(options)}));
  const bool to_stdout = to == ReportTo::standard_output;
  Output out([&](std::string_view text) {
    if (to_stdout)
      write_standard_output(text);
    else
      write_standard_error(text);
  });
  switch (options.format) {
    case ReportOptions::Format::text:
      if (options.quiet || (!to_stdout && !options.verbose)) break;
      if (options.verbose) out << epoch_line(facts, epoch_origin);
      write_text(report,
                 {facts.command == "check", options.verbose,
                  to_stdout ? color_on_stdout(options) : color_on_stderr(options)},
                 out);
      break;
    case ReportOptions::Format::jsonl:
      write_jsonl(report, facts, out);
      break;
    case ReportOptions::Format::sarif:
      write_sarif(report, facts, out);
      break;
    case ReportOptions::Format::junit:
      write_junit(report, facts, out);
      break;
    case ReportOptions::Format::github:
      write_github(report, facts, out);
      break;
    case ReportOptions::Format::html:
      write_html(report, facts, out);
      break;
  }
  out.flush();
}

}  // namespace normalize
