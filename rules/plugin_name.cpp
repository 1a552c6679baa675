#include "rules/plugin_name.h"

#include <algorithm>

namespace normalize {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_identifier(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  return !text.empty() && text.size() <= kLongest && !is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

std::optional<PluginName> parse_plugin_name(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const PluginName name{text.substr(0, colon), text.substr(colon + 1)};
  if (!is_identifier(name.module) || !is_identifier(name.function)) return std::nullopt;
  return name;
}

}  // namespace normalize
