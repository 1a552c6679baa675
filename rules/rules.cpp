#include "rules/rules.h"

#include <algorithm>

namespace normalize {

std::uint64_t Limits::expanded_bytes(std::uint64_t size) const {
  if (size > expansion_ceiling / expansion_ratio) return expansion_ceiling;
  return std::clamp(size * expansion_ratio, expansion_floor, expansion_ceiling);
}

std::int64_t Rules::normal_time(std::int64_t seconds, TimeRange range) const {
  if (!epoch) return range.floor;
  const std::int64_t wanted = time_mode == TimeMode::set ? *epoch : std::min(seconds, *epoch);
  const std::int64_t held = std::clamp(wanted, range.floor, range.ceiling);
  return held - static_cast<std::int64_t>(
                    (static_cast<std::uint64_t>(held) - static_cast<std::uint64_t>(range.floor)) %
                    static_cast<std::uint64_t>(range.step));
}

std::string Rules::mapped_path(std::string_view path) const {
  for (const auto& [from, to] : path_map) {
    if (from.empty() || !path.starts_with(from)) continue;
    const std::string_view rest = path.substr(from.size());
    if (rest.empty() || rest.front() == '/' || from.back() == '/') return to + std::string(rest);
  }
  return std::string(path);
}

}  // namespace normalize
