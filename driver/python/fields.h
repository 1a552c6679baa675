#pragma once

#include <string>

#include "normalizers/findings.h"

namespace normalize {

/// The field of that name and hint, for findings of what is only known at run time. One for each
/// pair; lives as long as the program. Any number of threads may call.
const Field& field_called(const std::string& name, const std::string& hint);

}  // namespace normalize
