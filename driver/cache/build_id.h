#pragma once

#include <string>

namespace normalize {

/// What the linker has told this program from any other by: the bytes of its NT_GNU_BUILD_ID note
/// (System V ABI, "Note Section"). Empty where it has none, or the system does not show it.
std::string build_id();

}  // namespace normalize
