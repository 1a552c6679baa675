#pragma once

#include <string>

#include "normalizers/bytes/bytes.h"

namespace normalize::fuzz {

/// Holds the loader of rule files, and what it loads, to the laws that hold for any bytes: what is
/// wrong is told with line and column, what is right finds its way through texts, and what becomes
/// of these is normal. Returns what was broken, empty for nothing.
std::string broken_rule_file_law(ByteView input);

}  // namespace normalize::fuzz
