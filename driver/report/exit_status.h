#pragma once

#include "driver/report/report.h"

namespace normalize {

/// What the program's exit status says, the same for every command.
struct ExitStatus {
  static constexpr int kNormal = 0;    // done, or normal already
  static constexpr int kFindings = 1;  // `check` found what `apply` would change
  static constexpr int kError = 2;     // bad usage, or a file or the report that failed
  static constexpr int kDamaged = 3;   // --strict: malformed input
};

/// The exit status of a run; the worst counts: an error, then damage, then findings.
int exit_status(const RunReport& report, bool check, bool strict);

}  // namespace normalize
