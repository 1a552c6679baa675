#pragma once

#include "driver/pipeline.h"
#include "driver/tree/inodes.h"

namespace normalize {

/// Settles the times of last modification of all that stands in a tree: files, symbolic links, and
/// folders after what they hold; only finds out in Mode::check. Returns one report for each name
/// with a change or a failure, in no particular order.
std::vector<FileReport> settle_disk_times(const Task& task, const Rules& rules, Tree& tree,
                                          const Inodes& inodes);

}  // namespace normalize
