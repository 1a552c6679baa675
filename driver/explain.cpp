// What one file is to us: the format that claims it, what it holds, and what `check` finds.

#include <fcntl.h>
#include <sys/stat.h>

#include "driver/commands.h"
#include "driver/diff/unified.h"
#include "driver/python/services.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/publish.h"
#include "driver/rules/words.h"
#include "driver/run_rules.h"
#include "driver/sandbox/run_access.h"
#include "driver/standard_streams.h"
#include "driver/tree/descriptor.h"
#include "driver/tree/file_source.h"
#include "driver/tree/paths.h"
#include "normalizers/package/lines.h"
#include "normalizers/registry.h"
#include "normalizers/ruling.h"

namespace normalize {
namespace {

struct OpenFile {
  Descriptor descriptor;
  std::uint64_t size;
};

OpenFile open_file(const std::string& path) {
  Descriptor file = open_path(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!file) throw_errno(escape(path));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno(escape(path));
  if (!S_ISREG(status.st_mode)) throw UsageError(escape(path) + ": explain takes a regular file");
  return {std::move(file), static_cast<std::uint64_t>(status.st_size)};
}

/// A damaged file shows nothing here: what is wrong with it is told as `check` tells it.
std::string description(const Normalizer& format, Source& source, const Rules& rules) try {
  const std::string text = format.describe(source.all(), rules);
  std::string shown;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view line = package::take_line(rest);
    if (line.ends_with('\n')) line.remove_suffix(1);
    shown += diff::shown_line(line) + "\n";
  }
  return shown;
} catch (const FormatError&) {
  return {};
} catch (const LimitError&) {
  return {};
}

/// Whose a file is: a format's, or that of rules alone.
std::string owner(const Normalizer* format, const Ruling& ruling) {
  if (format) return std::string(format->name());
  std::string names;
  for (const Rule* rule : ruling.rules)
    names.append(names.empty() ? "rule " : ", ").append(rule->name);
  return names.empty() ? "no format claims it" : names;
}

}  // namespace

std::string describe_file(const std::string& path, const Rules& rules, RulesTold told) {
  const OpenFile file = open_file(path);
  FileSource source(file.descriptor.get(), file.size);
  const Ruling ruling = ruling_of(rules, path, path, source);
  const Normalizer* format = ruling.format();
  if (!format) format = find_normalizer({path, source.head(), source});
  std::string text = escape(path) + ": " + escape(owner(format, ruling)) + "\n";
  if (rules.rule_book && rules.enabled(kRuleFormat))
    text += rules_of_file(rules, path, as_text(source.head()), told == RulesTold::all);
  return format ? text + description(*format, source, rules) : text;
}

int explain_file(const Options& said) {
  Options options = said;
  const auto parser = options_parser(options, options.command);
  const std::string& path = options.task.paths.front();
  const RunRules settled =
      settle_rules(*parser, options.rules, options.epoch, options.task.paths, options.report);
  const auto services = services_for(settled.rules, 1, options.plugins);
  confine_run(access_for(options.task, options.plugins));
  const RulesTold told = options.explains_all_rules ? RulesTold::all : RulesTold::near;
  write_standard_output(describe_file(path, settled.rules, told));
  const RunReport report = run_pipeline(options.task, settled.rules, services.get());
  publish(report, options.report, {"check", settled.rules.epoch, ExitStatus::kNormal},
          settled.epoch_origin, ReportTo::standard_output);
  return ExitStatus::kNormal;
}

}  // namespace normalize
