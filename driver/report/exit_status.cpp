#include "driver/report/exit_status.h"

#include <algorithm>

namespace normalize {
namespace {

bool remarked(const RunReport& report, Remark::Kind kind) {
  return std::ranges::any_of(report.files, [&](const FileReport& file) {
    return std::ranges::any_of(file.journal.remarks,
                               [&](const Remark& remark) { return remark.kind == kind; });
  });
}

bool ended(const RunReport& report, FileReport::Outcome outcome) {
  return std::ranges::any_of(report.files,
                             [&](const FileReport& file) { return file.outcome == outcome; });
}

}  // namespace

int exit_status(const RunReport& report, bool check, bool strict) {
  if (ended(report, FileReport::Outcome::failed) || remarked(report, Remark::Kind::failed))
    return ExitStatus::kError;
  if (strict &&
      (ended(report, FileReport::Outcome::damaged) || remarked(report, Remark::Kind::damaged)))
    return ExitStatus::kDamaged;
  const auto differs_on_disk = [](const FileReport& file) { return file.time || file.link; };
  if (check && (ended(report, FileReport::Outcome::changed) ||
                std::ranges::any_of(report.files, differs_on_disk)))
    return ExitStatus::kFindings;
  return ExitStatus::kNormal;
}

}  // namespace normalize
