#pragma once

#include <optional>
#include <string>

#include "driver/report/baseline.h"
#include "driver/report/options.h"

namespace normalize {

/// Where known findings are read from and written to; empty where they are not.
struct BaselineFiles {
  std::string read;   // --baseline
  std::string write;  // --write-baseline
};

/// What --baseline and --write-baseline do to a check.
class KnownFindings {
 public:
  /// Reads the baseline. Throws UsageError, or std::system_error where it cannot be read.
  explicit KnownFindings(BaselineFiles files);

  /// Writes what was found, and takes out of the report what is known then; says on standard error
  /// what is known but was not found. Throws std::system_error where the file cannot be written.
  void settle(RunReport& report, const ReportOptions& options);

 private:
  const BaselineFiles files_;
  std::optional<Baseline> known_;
};

}  // namespace normalize
