#pragma once

#include "driver/report/jsonl.h"
#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

/// The page of a run: folders, files and members with their findings and remarks.
void write_html(const RunReport& report, const RunFacts& facts, Output& out);

}  // namespace normalize
