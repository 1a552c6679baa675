#pragma once

#include "driver/report/output.h"
#include "driver/report/report.h"

namespace normalize {

/// The report for services that collect tests: JUnit XML, as Ant and Maven write it and everybody
/// reads it. A file with something to say is a test of the class of its format: it fails where a
/// check finds something, is an error where it could not be normalized, and skipped where it is
/// damaged (a failure under --strict). A run with nothing to say is one test that passes.
void write_junit(const RunReport& report, const RunFacts& facts, Output& out);

}  // namespace normalize
