#pragma once

#include "normalizers/context.h"
#include "normalizers/tar/archive.h"

namespace normalize::tar {

/// Why an archive that is a package of some kind has to stay as it is: it keeps sums of its members
/// or is signed. Empty where it is none.
std::string package_objection(const Archive& archive);

/// Whether npm pack or cargo package made the archive. They write every header the same on every
/// machine, times included, in an order of their own.
bool has_fixed_headers(const Archive& archive);

}  // namespace normalize::tar
