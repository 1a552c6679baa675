#pragma once

#include "driver/wrap/call.h"
#include "driver/wrap/child.h"
#include "driver/wrap/settings.h"

namespace normalize::wrap {

/// Runs a creator twice: as `program` has it, and with all that people find different on another
/// machine and another day. Tells on standard output in what the packages differ, as `diff` does.
/// Those of the first run stay, normal. Returns the exit status of a run that fails, 1 where more
/// than noise differs, else 0. Throws as repair() does.
int run_twice(const Program& program, const Call& call, const Settings& settings);

}  // namespace normalize::wrap
