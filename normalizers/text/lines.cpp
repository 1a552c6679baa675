#include <algorithm>

#include "normalizers/text/treatments.h"

namespace normalize {
namespace {

/// A line costs 16 bytes while lines are sorted.
constexpr std::size_t kMostLines = std::size_t{4} << 20;

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = line_end(text, at);
    const std::size_t newline = text[end - 1] == '\n' ? 1 : 0;
    if (lines.size() == kMostLines) throw LimitError("more than 4194304 lines to sort");
    lines.push_back(text.substr(at, end - at - newline));
    at = end;
  }
  return lines;
}

/// Sorts runs of lines; returns whether that changed anything.
bool sort_runs(std::vector<std::string_view>& lines, const SortingLines& how) {
  bool changed = false;
  const auto sorts = [&](std::string_view line) { return !how.find || how.find->found_in(line); };
  for (auto line = lines.begin() + static_cast<std::ptrdiff_t>(std::min(how.skip, lines.size()));
       line != lines.end();) {
    const auto first = std::find_if(line, lines.end(), sorts);
    line = std::find_if_not(first, lines.end(), sorts);
    if (std::is_sorted(first, line)) continue;
    std::sort(first, line);
    changed = true;
  }
  return changed;
}

}  // namespace

std::optional<Buffer> drop_lines(const DroppingLines& how, std::string_view text,
                                 Changes& changes) {
  const std::size_t end = reached_bytes(how.reach, text);
  std::size_t copied = 0;
  Buffer out;
  std::vector<std::string_view> groups;
  for (std::size_t from = 0; from < end && how.find.find(text, from, end, groups);) {
    const auto at = static_cast<std::size_t>(groups.front().data() - text.data());
    const std::size_t newline = at == 0 ? text.npos : text.rfind('\n', at - 1);
    const std::size_t begin = newline == text.npos ? 0 : newline + 1;
    from = line_end(text, at);
    changes.add(without_newline(text.substr(begin, from - begin)), "");
    out.append(as_bytes(text.substr(copied, begin - copied)));
    copied = from;
  }
  if (copied == 0) return std::nullopt;
  out.append(as_bytes(text.substr(copied)));
  return out;
}

std::optional<Buffer> sort_lines(const SortingLines& how, std::string_view text, Changes& changes) {
  std::vector<std::string_view> lines = split_lines(text);
  if (!sort_runs(lines, how)) return std::nullopt;
  changes.add("lines in some order", "sorted");
  Buffer out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out.append(as_bytes("\n"));
    out.append(as_bytes(lines[i]));
  }
  if (text.ends_with('\n')) out.append(as_bytes("\n"));
  return out;
}

}  // namespace normalize
