#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize::package {

/// Takes the first line, its end included, off `text`, which is not empty.
inline std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
  text.remove_prefix(line.size());
  return line;
}

/// Calls `line` with each line of a text, its end included, and gathers what it returns.
template <typename Line>
Content rewrite_lines(std::string_view text, Line line) {
  std::string out;
  while (!text.empty()) out += line(take_line(text));
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
