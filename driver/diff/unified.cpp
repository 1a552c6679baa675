#include "driver/diff/unified.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <span>
#include <unordered_map>

#include "driver/diff/edit_script.h"
#include "driver/report/escape.h"

namespace normalize::diff {
namespace {

constexpr std::size_t kContextLines = 3;
constexpr std::size_t kMostLines = 200;
constexpr std::size_t kMostInLine = 400;  // bytes

using Lines = std::vector<std::string_view>;

/// With what ends them.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// Where whatever ends a value ends a line, as in packed JSON.
Lines values_of(std::string_view text) {
  static constexpr auto kEnds = [] {
    std::array<bool, 256> ends{};
    for (const char c : std::string_view("\n,;{}[]>")) ends[static_cast<unsigned char>(c)] = true;
    return ends;
  }();
  Lines lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!kEnds[static_cast<unsigned char>(text[at])] && at + 1 < text.size()) continue;
    lines.push_back(text.substr(begin, at + 1 - begin));
    begin = at + 1;
  }
  return lines;
}

/// The same number for the same line.
class Numbers {
 public:
  std::vector<std::uint32_t> of(std::span<const std::string_view> lines) {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(lines.size());
    for (const std::string_view line : lines)
      numbers.push_back(
          numbers_.emplace(line, static_cast<std::uint32_t>(numbers_.size())).first->second);
    return numbers;
  }

 private:
  std::unordered_map<std::string_view, std::uint32_t> numbers_;  // never iterated
};

std::vector<Edit> edits_of(std::span<const std::string_view> a,
                           std::span<const std::string_view> b) {
  // Numbers cost more than to compare the lines that are the same in front and at the end.
  const auto front = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  a = a.subspan(front), b = b.subspan(front);
  while (!a.empty() && !b.empty() && a.back() == b.back())
    a = a.first(a.size() - 1), b = b.first(b.size() - 1);
  Numbers numbers;
  const std::vector<std::uint32_t> numbers_a = numbers.of(a), numbers_b = numbers.of(b);
  return edit_script(numbers_a, numbers_b, front);
}

bool has_long_line(std::span<const std::string_view> lines) {
  return std::ranges::any_of(lines, [](auto line) { return line.size() > kMostInLine; });
}

/// `lines` with those in `edits` that have a long one among them as values.
Lines split_long(std::span<const std::string_view> lines, std::span<const Edit> edits,
                 std::size_t Edit::*begin, std::size_t Edit::*end) {
  Lines all;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    const auto between = lines.subspan(at, edit.*begin - at);
    all.insert(all.end(), between.begin(), between.end());
    at = edit.*end;
    for (const std::string_view line : lines.subspan(edit.*begin, at - edit.*begin)) {
      const Lines values = values_of(line);
      all.insert(all.end(), values.begin(), values.end());
    }
  }
  all.insert(all.end(), lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end());
  return all;
}

/// The lines of both, and values where lines that differ are so long that the change would be cut
/// off.
std::pair<Lines, Lines> lines_of_both(std::string_view a, std::string_view b) {
  std::pair<Lines, Lines> both{lines_of(a), lines_of(b)};
  const auto& [lines_a, lines_b] = both;
  if (!has_long_line(lines_a) && !has_long_line(lines_b)) return both;
  const std::span<const std::string_view> all_a(lines_a), all_b(lines_b);
  std::vector<Edit> edits = edits_of(all_a, all_b);
  std::erase_if(edits, [&](const Edit& edit) {
    return !has_long_line(all_a.subspan(edit.a_begin, edit.a_end - edit.a_begin)) &&
           !has_long_line(all_b.subspan(edit.b_begin, edit.b_end - edit.b_begin));
  });
  return {split_long(all_a, edits, &Edit::a_begin, &Edit::a_end),
          split_long(all_b, edits, &Edit::b_begin, &Edit::b_end)};
}

std::string range_text(std::size_t begin, std::size_t count) {
  // A range of no lines names the line in front of it.
  std::string text = std::to_string(count == 0 ? begin : begin + 1);
  if (count != 1) text += "," + std::to_string(count);
  return text;
}

class Writer {
 public:
  Writer(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b)
      : a_(a), b_(b) {}

  /// Edits [first, last) share their context.
  void hunk(std::span<const Edit> edits) {
    const Edit &first = edits.front(), &last = edits.back();
    const std::size_t before = std::min(first.a_begin, kContextLines);
    const std::size_t behind = std::min(a_.size() - last.a_end, kContextLines);
    text_ +=
        "@@ -" + range_text(first.a_begin - before, last.a_end - first.a_begin + before + behind) +
        " +" + range_text(first.b_begin - before, last.b_end - first.b_begin + before + behind) +
        " @@\n";
    std::size_t at = first.a_begin - before;
    for (const Edit& edit : edits) {
      for (; at < edit.a_begin; ++at) line(' ', a_[at]);
      for (; at < edit.a_end; ++at) line('-', a_[at]);
      for (std::size_t i = edit.b_begin; i < edit.b_end; ++i) line('+', b_[i]);
    }
    for (; at < last.a_end + behind; ++at) line(' ', a_[at]);
  }

  std::string finish() && {
    if (left_out_ > 0) text_ += "(" + std::to_string(left_out_) + " more lines)\n";
    return std::move(text_);
  }

 private:
  void line(char mark, std::string_view text) {
    if (++lines_ > kMostLines) {
      ++left_out_;
      return;
    }
    const bool is_last = text.data() + text.size() == end_of(mark == '+' ? b_ : a_);
    const bool ends = text.ends_with('\n');
    if (ends) text.remove_suffix(1);
    text_ += mark + shown_line(text) + "\n";
    if (is_last && !ends) text_ += "\\ No newline at end of file\n";
  }

  static const char* end_of(const std::vector<std::string_view>& lines) {
    return lines.back().data() + lines.back().size();
  }

  const std::vector<std::string_view>&a_, &b_;
  std::string text_;
  std::size_t lines_ = 0, left_out_ = 0;
};

}  // namespace

std::string shown_line(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    if (shown.size() >= kMostInLine)
      return shown + "... (" + std::to_string(text.size() - at) + " more bytes)";
    const std::size_t length = utf8_sequence(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool is_control =
        (byte < 0x20 && byte != '\t') || byte == 0x7f ||
        (byte == 0xc2 && length == 2 && static_cast<unsigned char>(text[at + 1]) < 0xa0);
    if (length > 0 && !is_control) {
      shown += text.substr(at, length);
    } else {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
      shown += escaped;
    }
    at += length > 0 && !is_control ? length : 1;
  }
  return shown;
}

bool is_text(std::string_view bytes) {
  if (bytes.find('\0') != bytes.npos) return false;
  std::size_t controls = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    controls += byte < 0x20 && (byte < '\b' || byte > '\r') && byte != 0x1b;
  }
  return controls <= bytes.size() / 100;
}

std::size_t first_difference(std::string_view a, std::string_view b) {
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  if (at == 0) return 0;
  const std::size_t end = a.rfind('\n', at - 1);
  return end == std::string_view::npos ? 0 : end + 1;
}

std::string unified_diff(std::string_view a, std::string_view b) {
  const auto [lines_a, lines_b] = lines_of_both(a, b);
  const std::vector<Edit> edits = edits_of(lines_a, lines_b);
  Writer writer(lines_a, lines_b);
  for (std::size_t first = 0; first < edits.size();) {
    std::size_t last = first + 1;
    while (last < edits.size() && edits[last].a_begin - edits[last - 1].a_end <= 2 * kContextLines)
      ++last;
    writer.hunk(std::span(edits).subspan(first, last - first));
    first = last;
  }
  return std::move(writer).finish();
}

}  // namespace normalize::diff
