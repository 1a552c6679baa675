#pragma once

#include "driver/tree/writable_folders.h"

namespace normalize {

/// Removes the temporary files that interrupted runs left in a tree, but for those of a run that is
/// alive. Returns how many; what cannot be removed is added to the tree's failures.
std::uint64_t remove_leftovers(Tree& tree, WritableFolders& writable);

}  // namespace normalize
