#pragma once

#include <string>
#include <vector>

#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// An object in a few words: "int 1000", "interned text \"x\"", "tuple[2]". ASCII, bounded.
std::string object_text(const Node& node, const Version& version);

/// The names of a code object's parts, in the order of CodeLayout: "co_code", "co_consts", ...
std::vector<std::string_view> part_names(const Version& version);

}  // namespace normalize::pyc
