#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Where packages are written: the commands that stand around their creators.
namespace normalize {

/// `wrap`: runs a creator on a normal stage and makes its package normal. Returns the creator's
/// exit status where it fails, and otherwise as `wrap --help` tells. Throws as run_on_paths() does,
/// before the creator is run.
int run_wrap(const std::vector<std::string>& words);

/// `shim`: makes links to this program by the names of creators. Throws UsageError, and
/// std::system_error.
int run_shim(const std::vector<std::string>& words);

/// A creator by whose name we are called, by the last component of a path; run_as_creator() is then
/// that creator, wrapped. False where it is none.
bool is_creator(std::string_view called_as);
int run_as_creator(std::string_view called_as, const std::vector<std::string>& arguments);

}  // namespace normalize
