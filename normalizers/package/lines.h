#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize::package {

/// Calls `line` with each line of a text, its end included, and gathers what it returns.
template <typename Line>
Content rewrite_lines(std::string_view text, Line line) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    out += line(text.substr(0, size));
    text.remove_prefix(size);
  }
  const ByteView bytes = as_bytes(out);
  return Content::own({bytes.begin(), bytes.end()});
}

/// The line with `new_value` in the place of `value`, which is a part of it.
inline std::string with_value(std::string_view line, std::string_view value,
                              std::string_view new_value) {
  std::string text(line);
  return text.replace(static_cast<std::size_t>(value.data() - line.data()), value.size(),
                      new_value);
}

}  // namespace normalize::package
