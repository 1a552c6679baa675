#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "driver/pipeline.h"
#include "driver/tree/inodes.h"
#include "driver/tree/normal_forms.h"

namespace normalize {

/// One file of a tree as it is on disk now, with all its names.
struct FileOnDisk {
  std::vector<NameOf> names;  // sorted by path as bytes
  std::string path;           // by the first of them
  struct stat status {};
  std::uint64_t size = 0;     // once it is normal
  bool is_to_change = false;  // in Mode::check: its bytes are not normal yet
};

/// What the search for duplicates comes to.
struct Duplicates {
  /// Files that are the same but for their names, each group sorted by path, the groups by the path
  /// of their first.
  std::vector<std::vector<FileOnDisk>> groups;
  std::vector<Tree::Failure> failures;
};

/// Finds the files of each tree that are identical in content, owner, group, mode, extended
/// attributes and normal time. `forms` tells what files hold that are still to change.
///
/// Empty files are no duplicates of each other: linking them saves nothing, and what is a mark or a
/// placeholder now may be written into later. Nor are files with names outside of the tree, which
/// somebody else shares.
Duplicates find_duplicates(const Task& task, const Rules& rules, Tree& tree, NormalForms& forms);

}  // namespace normalize
