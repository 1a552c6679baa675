#pragma once

#include <string>
#include <vector>

#include "driver/tree/descriptor.h"

namespace normalize {

/// A name in a folder, and what readdir(3) says it is: DT_....
struct FolderName {
  std::string text;
  unsigned char type;
};

/// All names in an open folder but "." and "..", sorted as bytes. Throws std::system_error.
std::vector<FolderName> names_in(const Descriptor& folder);

}  // namespace normalize
