#pragma once

#include <string>
#include <string_view>

namespace normalize {

/// A glob for paths as an expression that has to match the whole path. '*' stands for any bytes
/// but '/' and '!', '**' for any at all, '?' for one but those two, [ab] and [!ab] for one of some,
/// {a,b} for one of several texts; '\' takes the next byte as it is. A path from a container is the
/// container's, '!', and the member's. A glob begins where a name does: at the path's start, behind
/// a '/' or behind a '!'; one with a '/' in front where the tree does, at a NUL in the path. Throws
/// ExpressionError where `glob` is none.
std::string expression_of_glob(std::string_view glob);

/// Whether a glob begins where the tree does.
bool is_at_root(std::string_view glob);

}  // namespace normalize
