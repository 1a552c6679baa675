#pragma once

#include "driver/wrap/settings.h"

namespace normalize::wrap {

/// Makes packages that a creator has just written normal, where they are: all of them or, with
/// WrapError or std::system_error thrown, none. Each is read back once it is normal, with all sums
/// in it, and has to be normal then; signatures beside a package (.sig, .asc) count as its own.
/// `packages` are resolved paths. Signals that would end us wait until nothing is half done.
void repair(const std::vector<std::string>& packages, const Settings& settings);

}  // namespace normalize::wrap
