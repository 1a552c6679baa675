#pragma once

#include <string>

#include "driver/report/options.h"
#include "driver/report/report.h"

namespace normalize {

/// Where the report goes: to standard error where standard output carries a file's content.
enum class ReportTo { standard_output, standard_error };

/// Tells a run as the options want it: diagnostics to standard error, then the report.
/// `epoch_origin` is told with the epoch, for -v. Throws std::system_error where the report cannot
/// be written.
void publish(const RunReport& report, const ReportOptions& options, const RunFacts& facts,
             const std::string& epoch_origin, ReportTo to);

/// Whether a descriptor's text gets colors.
bool color_on_stdout(const ReportOptions& options);
bool color_on_stderr(const ReportOptions& options);

}  // namespace normalize
