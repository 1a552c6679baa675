#pragma once

#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

/// The report for the log of a GitHub workflow: its commands, which the service shows beside the
/// run. It shows ten of a kind, so there is one warning a cause, at the first file that has it,
/// then one a file that is damaged or failed; and the line of numbers, which is no command.
void write_github(const RunReport& report, const RunFacts& facts, Output& out);

}  // namespace normalize
