#include "driver/run_rules.h"

#include <cstdlib>
#include <ctime>

#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/rule_files.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "rules/format_time.h"

namespace normalize {
namespace {

void warn_of_the_future(const Epoch& epoch, const ReportOptions& report) {
  if (epoch.seconds <= std::time(nullptr)) return;
  const std::string text = epoch.origin + ": " + std::to_string(epoch.seconds) + " (" +
                           format_time(epoch.seconds) + ") is in the future";
  write_standard_error(diagnostic(Remark::Kind::damaged, text, color_on_stderr(report)));
}

}  // namespace

RunRules settle_rules(const Rules& rules, const EpochChoice& choice,
                      const std::vector<std::string>& paths, const ReportOptions& report) {
  const auto epoch = choose_epoch(choice, std::getenv("SOURCE_DATE_EPOCH"), paths);
  RunRules settled{rules, epoch ? epoch->origin : ""};
  settled.rules.rule_book = load_rule_files(rules.rule_files, paths);
  if (epoch) {
    settled.rules.epoch = epoch->seconds;
    warn_of_the_future(*epoch, report);
  } else if (rules.time_mode == TimeMode::set) {
    throw UsageError(
        "--time=set: there is no epoch to set times to (--epoch, --epoch-from or "
        "SOURCE_DATE_EPOCH)");
  }
  return settled;
}

}  // namespace normalize
