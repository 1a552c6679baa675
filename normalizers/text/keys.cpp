#include <algorithm>

#include "normalizers/text/treatments.h"

namespace normalize {
namespace {

constexpr std::string_view kBlanks = " \t\f";

std::string_view without_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// The value in a line of `key`; no data where the line is none.
std::string_view value_in(std::string_view line, std::string_view key) {
  std::string_view rest = without_blanks(line);
  if (!rest.starts_with(key)) return {};
  rest = without_blanks(rest.substr(key.size()));
  if (!rest.starts_with('=') && !rest.starts_with(':')) return {};
  return without_blanks(rest.substr(1));
}

}  // namespace

std::optional<Buffer> set_keys(const std::vector<SettingKey>& keys, std::string_view text,
                               const Rules& rules, Changes& changes) {
  std::size_t copied = 0;
  Buffer out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = line_end(text, at);
    const std::string_view line = without_newline(text.substr(at, end - at));
    at = end;
    for (const SettingKey& key : keys) {
      const std::string_view value = value_in(line, key.key);
      if (!value.data()) continue;
      const auto after = key.value.fill({value}, rules);
      if (!after || *after == value) break;
      changes.add(line, key.key + ": " + *after);
      const auto begin = static_cast<std::size_t>(value.data() - text.data());
      out.append(as_bytes(text.substr(copied, begin - copied)));
      out.append(as_bytes(*after));
      copied = begin + value.size();
      break;
    }
  }
  if (copied == 0) return std::nullopt;
  out.append(as_bytes(text.substr(copied)));
  return out;
}

}  // namespace normalize
