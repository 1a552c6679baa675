// ISO 32000-2 section 7.3.10: "12 0 obj", the object, "endobj". Objects are taken as they stand,
// not by the cross-reference, which may be what differs.

#include "normalizers/inside/collector.h"

namespace normalize::inside {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Where the integer in front of `end`, and of blanks, begins; npos where there is none.
std::size_t integer_before(std::string_view text, std::size_t end) {
  while (end > 0 && is_blank(text[end - 1])) --end;
  std::size_t start = end;
  while (start > 0 && end - start < 10 && is_digit(text[start - 1])) --start;
  return start == end ? std::string_view::npos : start;
}

/// Where "12 0 obj" begins whose "obj" stands at `at`, not before `from`.
std::size_t object_start(std::string_view text, std::size_t at, std::size_t from) {
  const std::size_t generation = integer_before(text, at);
  if (generation == std::string_view::npos || generation <= from) return std::string_view::npos;
  const std::size_t number = integer_before(text, generation);
  return number == std::string_view::npos || number < from ? std::string_view::npos : number;
}

std::string object_name(std::string_view head) {
  std::string name = "object";
  for (bool blank = true; const char c : head) {
    if (is_digit(c)) name.append(blank ? " " : "").push_back(c);
    blank = !is_digit(c);
  }
  return name;
}

}  // namespace

void add_pdf(ByteView file, Collector& parts) {
  constexpr std::string_view kEnd = "endobj";
  const std::string_view text = as_text(file);
  std::size_t done = 0;
  for (std::size_t at = text.find("obj"); at != std::string_view::npos;) {
    const std::size_t start = object_start(text, at, done);
    if (start == std::string_view::npos) {
      at = text.find("obj", at + 1);
      continue;
    }
    const std::size_t end = text.find(kEnd, at);
    if (end == std::string_view::npos) break;
    parts.add(done == 0 ? "header" : "cross-reference", done, start - done, "text");
    parts.add(object_name(text.substr(start, at - start)), start, end + kEnd.size() - start,
              "object");
    done = end + kEnd.size();
    at = text.find("obj", done);
  }
  parts.add("cross-reference", done, file.size() - done, "text");
}

}  // namespace normalize::inside
