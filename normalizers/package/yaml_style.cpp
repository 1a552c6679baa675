// YAML 1.1 and 1.2, as far as Psych emits it for a Gem::Specification. A line is
// indentation, dashes, a key, a value: "  - - name: 'value'".

#include "normalizers/package/yaml_style.h"

#include <algorithm>
#include <array>

namespace normalize::package {
namespace {

/// A line of a block collection, taken apart.
struct Line {
  std::size_t column = 0;  // of the key, or else the last dash
  std::string_view head;   // up to the value, without blanks behind
  std::string_view value;  // without blanks on either side
};

bool is_key_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '@';
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(' ', at), text.size());
}

/// Where the key that begins at `at` ends, its colon included; `at` where there is none.
std::size_t end_of_key(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_key_letter(text[end])) ++end;
  const bool colon = end > at && end < text.size() && text[end] == ':' &&
                     (end + 1 == text.size() || text[end + 1] == ' ');
  return colon ? end + 1 : at;
}

Line take_apart(std::string_view text) {
  Line line;
  std::size_t at = skip_blanks(text, 0), end = at;
  line.column = at;
  while (at < text.size() && text[at] == '-' && (at + 1 == text.size() || text[at + 1] == ' ')) {
    line.column = at;
    end = at + 1;
    at = skip_blanks(text, end);
  }
  if (const std::size_t key_end = end_of_key(text, at); key_end > at) {
    line.column = at;
    end = key_end;
    at = skip_blanks(text, end);
  }
  line.head = text.substr(0, end);
  line.value = text.substr(at);
  while (line.value.ends_with(' ')) line.value.remove_suffix(1);
  return line;
}

/// How libyaml 0.1.3 and older wrote operators of requirements, ! '>='. To Psych "!" makes a number
/// of other texts, ! '0', in spite of the quotes.
constexpr std::array<std::string_view, 7> kOperators{"=", "!=", ">", "<", ">=", "<=", "~>"};

/// What stands between two quotes, where nothing in there is written otherwise than it is meant.
std::optional<std::string_view> quoted(std::string_view value) {
  const bool tagged = value.starts_with("! ");
  if (tagged) value.remove_prefix(2);
  if (value.size() < 2 || (value.front() != '"' && value.front() != '\'')) return std::nullopt;
  if (value.back() != value.front()) return std::nullopt;
  value = value.substr(1, value.size() - 2);
  if (value.find_first_of("\"'\\") != value.npos) return std::nullopt;
  if (tagged && std::ranges::find(kOperators, value) == kOperators.end()) return std::nullopt;
  return value;
}

/// Nothing but an anchor and a tag, "&1 !ruby/object:Gem::Version": a collection follows, or null
/// is meant.
bool holds_no_scalar(std::string_view value) {
  if (value.starts_with('&'))
    value.remove_prefix(skip_blanks(value, std::min(value.find(' '), value.size())));
  return value.empty() ||
         (value.starts_with('!') && value.size() > 1 && value.find(' ') == value.npos);
}

}  // namespace

std::string YamlStyle::rewrite(std::string_view whole) {
  const std::size_t end = std::min(whole.find_first_of("\r\n"), whole.size());
  const std::string_view text = whole.substr(0, end), line_end = whole.substr(end);
  const std::size_t indentation = skip_blanks(text, 0);
  const bool blank = indentation == text.size();
  if (blank || (scalar_at_ && indentation > *scalar_at_)) return std::string(whole);
  scalar_at_.reset();
  const Line line = take_apart(text);
  if (line.head.empty() || text.starts_with("---")) {
    scalar_at_ = line.column;
    if (text.starts_with("---")) scalar_at_.reset();
    return std::string(whole);
  }
  if (holds_no_scalar(line.value)) {
    const std::string_view blank_or_none = line.value.empty() ? "" : " ";
    return std::string(line.head) + std::string(blank_or_none) + std::string(line.value) +
           std::string(line_end);
  }
  const auto content = quoted(line.value);
  if (!content) {
    scalar_at_ = line.column;
    return std::string(whole);
  }
  return std::string(line.head) + " '" + std::string(*content) + "'" + std::string(line_end);
}

}  // namespace normalize::package
