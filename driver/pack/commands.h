#pragma once

#include <string>
#include <vector>

/// Commands that write packages. They take the words behind their names, return the exit status,
/// and throw UsageError, std::system_error, or std::runtime_error that names what could not be
/// packed; then there is no package, or the one that was there before.
namespace normalize {

/// `pack TREE -o PACKAGE`
int run_pack(const std::vector<std::string>& words);
/// `repack ARCHIVE -o PACKAGE`
int run_repack(const std::vector<std::string>& words);

}  // namespace normalize
