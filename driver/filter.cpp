// --type: standard input is one file, and its normal form goes to standard output.

#include "driver/commands.h"
#include "driver/python/services.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "normalizers/normalize.h"

namespace normalize {
namespace {

FileReport::Outcome outcome_of(Result::Outcome outcome) {
  switch (outcome) {
    case Result::Outcome::not_ours:
      return FileReport::Outcome::not_ours;
    case Result::Outcome::already_normal:
      return FileReport::Outcome::already_normal;
    case Result::Outcome::changed:
      return FileReport::Outcome::changed;
    case Result::Outcome::damaged:
      break;
  }
  return FileReport::Outcome::damaged;
}

RunReport report_of(Result& result) {
  RunReport report;
  FileReport& file = report.files.emplace_back();
  file.path = "-";
  file.outcome = outcome_of(result.outcome);
  file.format = result.format;
  file.journal = std::move(result.journal);
  report.summary.files = 1;
  report.summary.claimed = result.format.empty() ? 0 : 1;
  report.summary.changed = result.outcome == Result::Outcome::changed ? 1 : 0;
  report.summary.damaged = result.outcome == Result::Outcome::damaged ? 1 : 0;
  return report;
}

Result normalize_input(const std::string& type, Source& source, const Rules& rules,
                       Services* services) {
  constexpr std::string_view kName = "-";
  if (type == "auto") return normalize_source(kName, source, rules, nullptr, services);
  return normalize_as(*normalizer_named(type), kName, source, rules, nullptr, services);
}

}  // namespace

int run_as_filter(const Options& said) {
  Options options = said;
  const auto parser = options_parser(options, options.command);
  KnownFindings known(options.baseline);
  const RunRules settled = settle_rules(*parser, options.rules, options.epoch, {}, options.report);
  const auto services = services_for(settled.rules, 1, options.plugins);
  confine_run(access_for({}, options.plugins));
  const Buffer input = read_standard_input();
  WholeSource source(input);
  Result result = normalize_input(options.filter_type, source, settled.rules, services.get());
  const bool check = options.command == Options::Command::check;
  if (!check)
    write_standard_output(result.outcome == Result::Outcome::changed ? result.content
                                                                     : Content::view(input));
  RunReport report = report_of(result);
  known.settle(report, options.report);
  const int status = exit_status(report, check, options.strict);
  publish(report, options.report, {check ? "check" : "apply", settled.rules.epoch, status},
          settled.epoch_origin, check ? ReportTo::standard_output : ReportTo::standard_error);
  return status;
}

}  // namespace normalize
