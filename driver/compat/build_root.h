#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace normalize {

/// Makes sure that a program which rpm calls after %install works below RPM_BUILD_ROOT alone: the
/// root is set, is not "/", and each path is in it, with the links on the way resolved for both.
/// Throws UsageError.
void expect_below_build_root(const std::vector<std::string>& paths);

/// Paths as walkdir and its like start from them.
struct GivenPaths {
  std::vector<std::string> paths;  // a symbolic link to a folder stands for the folder
  std::uint64_t missing = 0;       // said on standard error
};
GivenPaths given_paths(const std::vector<std::string>& paths);

}  // namespace normalize
