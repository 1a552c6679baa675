#include "rules/epoch.h"

#include <algorithm>
#include <charconv>

namespace normalize {

std::optional<std::int64_t> parse_epoch(std::string_view text) {
  // from_chars() would take a minus sign.
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{}) return std::nullopt;
  return seconds;
}

}  // namespace normalize
