#pragma once

#include "driver/wrap/settings.h"

namespace normalize::wrap {

/// Makes the folders that are about to be packed normal, in place, one by one, each locked while
/// that lasts. What a command line calls a stage is passed over, and that is told, where it is no
/// folder, the root, a mount point, or somebody's folder outside of the current one. What cannot be
/// changed stays, and that is told. Throws std::system_error.
void prepare_stages(const std::vector<Stage>& stages, const Settings& settings);

/// The same for those that the user has named. Throws UsageError where one is no folder or the
/// root.
void prepare_named_stages(const std::vector<std::string>& paths, const Settings& settings);

}  // namespace normalize::wrap
