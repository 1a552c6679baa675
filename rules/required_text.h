#pragma once

#include <string>
#include <string_view>

namespace normalize {

/// A text that every match of an expression has in it, the longest that is easily seen; empty where
/// none is. It is looked for before the expression is, which takes some ten times as long.
std::string required_text(std::string_view expression);

}  // namespace normalize
