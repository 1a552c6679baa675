#include "normalizers/metadata/build_value.h"

#include "normalizers/metadata/written_time.h"
#include "rules/build_properties.h"

namespace normalize {
namespace {

constexpr std::int64_t kLongAgo = 0;

constexpr Field kBuildTime{"build time", "project.build.outputTimestamp of Maven"};
constexpr Field kZone{"zone of a time", "dateFormatTimeZone of git-commit-id-maven-plugin"};
constexpr Field kWho{"builder", "excludeProperties of git-commit-id-maven-plugin"};
constexpr Field kClone{"state of the clone", "excludeProperties of git-commit-id-maven-plugin"};
constexpr Field kCommit{"commit", "excludeProperties of git-commit-id-maven-plugin"};

/// Whether a time ends with "Z", "+hhmm" or "+hh:mm": a zone's name does not tell its offset.
bool has_offset(std::string_view time) {
  if (time.ends_with('Z')) return true;
  const std::size_t sign = time.find_last_of("+-");
  return sign != time.npos && sign > time.rfind('T') && time.size() - sign >= 5;
}

std::optional<std::string> settled_build_time(std::string_view value, const Rules& rules) {
  const auto time = WrittenTime::parse(value);
  if (!time) return std::nullopt;
  if (const auto seconds = time->settled(rules)) return time->write(*seconds);
  if (!rules.strict()) return std::nullopt;
  if (!rules.epoch) return time->write(kLongAgo);
  return has_offset(value) ? std::optional(time->write(time->seconds())) : std::nullopt;
}

std::optional<std::string> in_utc(std::string_view value) {
  const auto time = WrittenTime::parse(value);
  if (!time || !has_offset(value)) return std::nullopt;
  return time->write(time->seconds());
}

std::optional<BuildValue> value_of(const Field& field, std::optional<std::string> after) {
  if (!after) return std::nullopt;
  return BuildValue{&field, *std::move(after)};
}

std::optional<BuildValue> settle(std::string_view key, std::string_view value, const Rules& rules) {
  switch (build_property(key)) {
    case BuildProperty::build_time:
      return value_of(kBuildTime, settled_build_time(value, rules));
    case BuildProperty::time:
      return rules.strict() ? value_of(kZone, in_utc(value)) : std::nullopt;
    case BuildProperty::builder:
      return rules.strict() ? value_of(kWho, "") : std::nullopt;
    case BuildProperty::clone:
      return rules.strict() ? value_of(kClone, "") : std::nullopt;
    case BuildProperty::commit:
      return rules.strict() ? value_of(kCommit, "") : std::nullopt;
    case BuildProperty::other:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<BuildValue> normal_build_value(std::string_view key, std::string_view value,
                                             const Rules& rules) {
  auto settled = settle(key, value, rules);
  if (settled && settled->after == value) return std::nullopt;
  return settled;
}

}  // namespace normalize
