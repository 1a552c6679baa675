#include "driver/wrap/call.h"

namespace normalize::wrap {

std::string escaped_for_glob(std::string_view path) {
  std::string result;
  for (const char c : path) {
    if (std::string_view("*?[]{}~\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

OutputPlace exactly(std::string_view path) { return {escaped_for_glob(path), true}; }

OutputPlace within(std::string_view folder, std::string_view pattern) {
  std::string prefix = escaped_for_glob(folder);
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  return {prefix.append(pattern), false};
}

}  // namespace normalize::wrap
