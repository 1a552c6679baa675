#pragma once

#include <vector>

#include "driver/pipeline.h"
#include "driver/tree/tree.h"

namespace normalize {

/// Whether one of some patterns, as Task::excludes, matches a name. `below` is its path below the
/// given tree.
bool excluded(const std::vector<std::string>& excludes, std::string_view below,
              const std::string& name);

/// Turns the paths of a task into roots: each given folder one root with its Folder, each given
/// file, link or other thing an entry of the folder it stands in. A path given twice counts once.
/// Throws std::system_error where one cannot be looked at.
void add_given_paths(Tree& tree, const Task& task);

/// Sorts a folder's entries and keeps one of those with the same name.
void sort_names(Folder& folder);

}  // namespace normalize
