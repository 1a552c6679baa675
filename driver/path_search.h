#pragma once

#include <set>
#include <string>
#include <string_view>

#include "driver/tree/open.h"

/// The programs behind names, ourselves among them.
namespace normalize {

/// The running program's own file, with links resolved; empty where it cannot be found.
std::string own_path();

/// What the program was called as, once at its start: where the system cannot tell a running
/// program's file (OpenBSD), PATH is searched for it.
void set_called_as(std::string_view first_word);

/// The first file in PATH of that name that may be run and is none of `others`; a name with a slash
/// is its own path. Throws std::system_error where there is none.
std::string find_program(const std::string& name, const std::set<Identity>& others);

/// Throws std::system_error.
Identity identity_of_program(const std::string& path);

}  // namespace normalize
