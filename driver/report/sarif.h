#pragma once

#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

/// The report for services that collect what checkers find: SARIF 2.1.0 (OASIS). A cause is a rule,
/// "gzip/MTIME", whose help tells how to stop it; a finding is a result of level "warning" at the
/// file's URI, with its place within containers as a logical location. Notes, damage and failures
/// are results of rules of their own.
void write_sarif(const RunReport& report, const RunFacts& facts, Output& out);

}  // namespace normalize
