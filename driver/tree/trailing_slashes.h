#pragma once

#include <string_view>

namespace normalize {

/// "a" for "a", "a/" and "a//"; "/" for slashes alone.
inline std::string_view without_trailing_slashes(std::string_view path) {
  const std::size_t last = path.find_last_not_of('/');
  return last == std::string_view::npos ? path.substr(0, 1) : path.substr(0, last + 1);
}

}  // namespace normalize
