#include "driver/known_findings.h"

#include <algorithm>

#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/standard_streams.h"

namespace normalize {
namespace {

/// A check of one file says little of a baseline for a thousand; more is not worth a line each.
constexpr std::size_t kMostUnmet = 20;

void tell_unmet(const std::vector<std::string>& unmet, const std::string& file, bool color) {
  const std::size_t told = std::min(unmet.size(), kMostUnmet);
  for (std::size_t i = 0; i < told; ++i)
    write_standard_error(
        diagnostic(Remark::Kind::note, file + ": not found any more: " + unmet[i], color));
  if (told < unmet.size())
    write_standard_error(diagnostic(
        Remark::Kind::note,
        file + ": not found any more: " + std::to_string(unmet.size() - told) + " others", color));
}

}  // namespace

KnownFindings::KnownFindings(BaselineFiles files) : files_(std::move(files)) {
  if (!files_.read.empty()) known_.emplace(as_text(read_whole_file(files_.read)), files_.read);
}

void KnownFindings::settle(RunReport& report, const ReportOptions& options) {
  std::optional<Baseline> found;
  if (!files_.write.empty()) write_whole_file(files_.write, found.emplace(report).text());
  if (known_) {
    known_->accept(report);
    if (!options.quiet) tell_unmet(known_->unmet(), files_.read, color_on_stderr(options));
  }
  if (found) found->accept(report);
}

}  // namespace normalize
