#pragma once

#include <string>
#include <vector>

namespace normalize {

/// A list of paths in a file: --files-from and -0.
struct PathList {
  std::string file;  // "-" is standard input; empty where there is no list
  bool nul_separated = false;
};

/// The paths in the list, in its order, as raw bytes; empty ones are passed over. Throws
/// std::system_error where the list cannot be read.
std::vector<std::string> read_path_list(const PathList& list);

}  // namespace normalize
