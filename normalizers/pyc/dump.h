#pragma once

#include <string>

#include "normalizers/pyc/version.h"
#include "rules/rules.h"

namespace normalize::pyc {

/// Shows a .pyc file to people: its header, then its objects, a line each, indented below what
/// holds them. "#3" is an object's reference number, "= #3" a later mention of it; what the normal
/// form has in another way stands behind " -- normal form: ". ASCII alone; long values are shown by
/// their start. No line and no count of lines grows faster than the file. Throws FormatError,
/// LimitError.
std::string dump(ByteView input, const Version& version, const Rules& rules);

}  // namespace normalize::pyc
