#pragma once

#include "driver/tree/writable_folders.h"

namespace normalize {

/// Removes the temporary files that interrupted runs left in a tree. Returns how many; those that
/// cannot be removed are stepped over like those of a run that is alive.
std::uint64_t remove_leftovers(Tree& tree, WritableFolders& writable);

}  // namespace normalize
