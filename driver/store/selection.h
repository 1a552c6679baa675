#pragma once

#include "driver/store/build.h"

namespace normalize::store {

/// The names of a build that are wanted, with the folders that they stand in; all of them where no
/// path is given. A folder brings what is below it. A hard link whose first name is not wanted
/// becomes a file. Throws UsageError for a path that the build does not have.
Build select(Build build, const std::vector<std::string>& paths);

}  // namespace normalize::store
