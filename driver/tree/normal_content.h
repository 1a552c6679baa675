#pragma once

#include <sys/stat.h>

#include <optional>

#include "driver/tree/disk_neighbours.h"
#include "driver/tree/file_source.h"
#include "normalizers/services.h"

namespace normalize {

/// Opens a file that the walk has seen, by its name in the open `folder`, and makes sure that it is
/// still that file. Throws std::system_error, or ChangedMeanwhile.
Descriptor open_as_walked(const Descriptor& folder, const Entry& entry, struct stat& status);

/// The bytes that an open file of the tree is to have, where they are others than it has: unset for
/// what is normal, damaged or sealed. Fills in all of `report` but the path, which it goes by. May
/// view the source's bytes. Throws as normalize_source() does.
std::optional<Content> changed_content(int fd, FileSource& source, const Rules& rules,
                                       const Neighbours& neighbours, Services* services,
                                       FileReport& report);

}  // namespace normalize
