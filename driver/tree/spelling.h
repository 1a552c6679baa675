#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/tree/folder_names.h"

namespace normalize {

/// The name by which a folder's list has what `given` leads to: `given` itself, or another spelling
/// where upper and lower case, or the forms of a letter, do not count. Nothing where it is there,
/// but not in the list. `names` are sorted as bytes.
std::optional<std::string> spelling_in(const std::vector<FolderName>& names,
                                       const Descriptor& folder, const std::string& given);

}  // namespace normalize
