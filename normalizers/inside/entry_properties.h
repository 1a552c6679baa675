#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <vector>

#include "normalizers/inside/members.h"

namespace normalize::inside {

/// What libarchive knows of an entry besides its name and data, its type first.
std::vector<Property> properties_of(archive_entry* entry);

}  // namespace normalize::inside
