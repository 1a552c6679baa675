#include "rules/rules.h"

#include <algorithm>

namespace normalize {

std::uint64_t Limits::expanded_bytes(std::uint64_t size) const {
  if (size > expansion_ceiling / expansion_ratio) return expansion_ceiling;
  return std::clamp(size * expansion_ratio, expansion_floor, expansion_ceiling);
}

namespace {

/// What the format can hold of a time.
std::int64_t held_time(std::int64_t seconds, TimeRange range) {
  const std::int64_t held = std::clamp(seconds, range.floor, range.ceiling);
  return held - static_cast<std::int64_t>(
                    (static_cast<std::uint64_t>(held) - static_cast<std::uint64_t>(range.floor)) %
                    static_cast<std::uint64_t>(range.step));
}

}  // namespace

std::int64_t Rules::settled_time(std::int64_t seconds, TimeRange range) const {
  if (!epoch) return range.floor;
  return held_time(time_mode == TimeMode::set ? *epoch : std::min(seconds, *epoch), range);
}

std::int64_t Rules::normal_time(std::int64_t seconds, TimeRange range) const {
  const std::int64_t settled = settled_time(seconds, range);
  if (!noise) return settled;
  // What is clamped to the epoch could have been any time behind it; what is older is no noise.
  if (epoch && time_mode == TimeMode::clamp && seconds < *epoch) return settled;
  const std::int64_t least = epoch.value_or(std::max<std::int64_t>(range.floor, 0));
  const std::int64_t other = held_time(noise->time(seconds, least), range);
  return settled_time(other, range) == settled ? other : settled;
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
