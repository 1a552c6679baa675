#include "normalizers/text/treatments.h"

#include <algorithm>

namespace normalize {

Work::Work(std::size_t text_bytes) {
  constexpr std::size_t kForEachByte = 64, kForAll = std::size_t{16} << 20;
  left_ = text_bytes * kForEachByte + kForAll;
}

void Work::spend(std::size_t bytes) {
  if (bytes > left_) throw LimitError("an expression looks at the same bytes too often");
  left_ -= bytes;
}

std::size_t reached_bytes(const Reach& reach, std::string_view text) {
  std::size_t end = std::min(reach.bytes, text.size());
  if (reach.lines == Reach::kAll) return end;
  std::size_t lines_end = 0;
  for (std::size_t line = 0; line < reach.lines && lines_end < end; ++line)
    lines_end = line_end(text, lines_end);
  return std::min(end, lines_end);
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t newline = text.find('\n', at);
  return newline == text.npos ? text.size() : newline + 1;
}

std::string_view without_newline(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace normalize
