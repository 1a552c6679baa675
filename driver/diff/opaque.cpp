#include "driver/diff/opaque.h"

#include <algorithm>
#include <map>

#include "driver/diff/hex.h"
#include "driver/diff/unified.h"
#include "normalizers/inside/parts.h"
#include "normalizers/registry.h"

namespace normalize::diff {
namespace {

/// More than this is not taken apart into lines.
constexpr std::size_t kMostText = std::size_t{64} << 20;
constexpr std::size_t kMostParts = 100;

using inside::Part;

std::string description(std::string_view format, ByteView bytes, const Rules& rules) {
  const Normalizer* normalizer = normalizer_named(format);
  try {
    return normalizer ? normalizer->describe(bytes, rules) : "";
  } catch (const FormatError&) {
    return {};
  } catch (const LimitError&) {
    return {};
  }
}

/// The name of the innermost code object whose lines, in the description of a .pyc, stand around
/// `at`: "\"inner\"".
std::string innermost_object(std::string_view text, std::size_t at) {
  std::string_view above = text.substr(0, at);
  const std::string_view here = text.substr(at, text.find('\n', at) - at);
  std::size_t indent = here.find_first_not_of(' ');
  while (!above.empty() && indent != std::string_view::npos && indent > 0) {
    above.remove_suffix(1);
    const std::size_t start = above.rfind('\n') + 1;
    const std::string_view line = above.substr(start);
    above = above.substr(0, start);
    const std::size_t its = line.find_first_not_of(' ');
    if (its >= indent) continue;
    indent = its;
    if (line.find(": code ") == std::string_view::npos) continue;
    // The object's own name stands among its lines.
    const std::string name_at = "\n" + std::string(its + 2, ' ') + "co_name: ";
    const std::size_t name = text.find(name_at, start);
    if (name == std::string_view::npos) return "module";
    const std::size_t value = text.find('"', name), end = text.find('\n', name + 1);
    if (value >= end) return "module";  // the name is that of an object shown before
    return std::string(text.substr(value, text.find('"', value + 1) + 1 - value));
  }
  return {};
}

std::string_view behind_first_line(std::string_view text) {
  return text.substr(std::min(text.size(), text.find('\n')));
}

bool is_short_text(ByteView bytes) { return bytes.size() <= kMostText && is_text(as_text(bytes)); }

Node& add_part(Verdict verdict, const Part& part, Node& node) {
  Node& child = node.children.emplace_back();
  child.name = shown_line(part.name);
  child.is_member = true;
  child.verdict = verdict;
  child.kind = part.kind;
  return child;
}

void compare_parts(const std::vector<Part>& a, const std::vector<Part>& b, Node& node) {
  std::map<std::string_view, const Part*> others;
  for (const Part& part : b) others.emplace(part.name, &part);
  for (const Part& part : a) {
    const auto found = others.find(part.name);
    if (found == others.end()) {
      add_part(Verdict::only_a, part, node);
      continue;
    }
    const Part& other = *found->second;
    others.erase(found);
    if (equal(part.bytes, other.bytes)) continue;
    Node& child = add_part(Verdict::different, part, node);
    if (node.children.size() > kMostParts) continue;
    if (is_short_text(part.bytes) && is_short_text(other.bytes))
      child.diff = unified_diff(as_text(part.bytes), as_text(other.bytes));
    else
      child.diff = hex_diff(part.bytes, other.bytes, part.offset);
  }
  for (const Part& part : b)
    if (others.contains(part.name)) add_part(Verdict::only_b, part, node);
}

bool explain_by_parts(ByteView a, ByteView b, Node& node) {
  const std::vector<Part> parts_a = inside::parts_of(a), parts_b = inside::parts_of(b);
  if (parts_a.empty() || parts_b.empty()) return false;
  if (node.kind.empty()) node.kind = "ELF";
  compare_parts(parts_a, parts_b, node);
  return !node.children.empty();
}

}  // namespace

bool explain_by_description(std::string_view format, ByteView a, ByteView b, const Rules& rules,
                            Node& node) {
  const std::string text_a = description(format, a, rules), text_b = description(format, b, rules);
  if (text_a.empty() || text_b.empty() || text_a == text_b) return false;
  node.diff = unified_diff(text_a, text_b);
  // The first line tells the header: its times and digests are nobody's code.
  const std::string_view objects_a = behind_first_line(text_a);
  const std::string object =
      innermost_object(objects_a, first_difference(objects_a, behind_first_line(text_b)));
  if (!object.empty())
    node.remarks.push_back("first difference in code object " + shown_line(object));
  return true;
}

void explain_opaque(std::string_view format, ByteView a, ByteView b, const Rules& rules,
                    Node& node) {
  if (explain_by_description(format, a, b, rules, node)) return;
  if (explain_by_parts(a, b, node)) return;
  if (is_short_text(a) && is_short_text(b)) {
    if (node.kind.empty()) node.kind = "text";
    node.diff = unified_diff(as_text(a), as_text(b));
    return;
  }
  if (node.kind.empty()) node.kind = "data";
  node.diff = hex_diff(a, b);
}

}  // namespace normalize::diff
