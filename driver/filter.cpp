// --type: standard input is one file, and its normal form goes to standard output. perturb -o: a
// file, and what is made of it goes to another.

#include <fcntl.h>
#include <sys/stat.h>

#include "driver/commands.h"
#include "driver/pack/output_file.h"
#include "driver/python/services.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "driver/tree/descriptor.h"
#include "driver/tree/file_source.h"
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

RunReport report_of(Result& result, const std::string& path) {
  RunReport report;
  FileReport& file = report.files.emplace_back();
  file.path = path;
  file.outcome = outcome_of(result.outcome);
  file.format = result.format;
  file.journal = std::move(result.journal);
  report.summary.files = 1;
  report.summary.claimed = result.format.empty() ? 0 : 1;
  report.summary.changed = result.outcome == Result::Outcome::changed ? 1 : 0;
  report.summary.damaged = result.outcome == Result::Outcome::damaged ? 1 : 0;
  return report;
}

Result normalize_input(const Options& options, Source& source, const Rules& rules,
                       Services* services) {
  const std::string& name = options.task.paths.front();
  const std::string& type = options.filter_type;
  if (type.empty() || type == "auto")
    return normalize_source(name, source, rules, nullptr, services);
  return normalize_as(*normalizer_named(type), name, source, rules, nullptr, services);
}

/// The one file that is given, which has to be a regular one.
Descriptor open_given_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw_errno(escape(path));
  if (!S_ISREG(status.st_mode)) throw UsageError(escape(path) + ": -o takes a regular file");
  return file;
}

Buffer read_all(const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("fstat");
  FileSource source(file.get(), static_cast<std::uint64_t>(status.st_size));
  return Buffer(source.all());
}

void write(const Content& content, const std::string& output) {
  if (output.empty()) return write_standard_output(content);
  OutputFile file(output);
  for_each_part(content, [&](ByteView part) {
    file.write(part);
    return true;
  });
  file.commit();
}

}  // namespace

int run_as_filter(const Options& said) {
  Options options = said;
  const auto parser = options_parser(options, options.command);
  KnownFindings known(options.baseline);
  const RunRules settled = settle_rules(*parser, options.rules, options.epoch, {}, options.report);
  const auto services = services_for(settled.rules, 1, options.plugins);
  Access access = access_for({}, options.plugins);
  add_output(access, options.output);
  Descriptor given;
  if (!options.output.empty()) given = open_given_file(options.task.paths.front());
  confine_run(access);
  const Buffer input = given ? read_all(given) : read_standard_input();
  WholeSource source(input);
  Result result = normalize_input(options, source, settled.rules, services.get());
  const bool check = options.command == Options::Command::check;
  if (!check)
    write(result.outcome == Result::Outcome::changed ? result.content : Content::view(input),
          options.output);
  RunReport report = report_of(result, options.task.paths.front());
  known.settle(report, options.report);
  const int status = exit_status(report, check, options.strict);
  publish(report, options.report, {word_of(options.command), settled.rules.epoch, status},
          settled.epoch_origin, check ? ReportTo::standard_output : ReportTo::standard_error);
  return status;
}

}  // namespace normalize
