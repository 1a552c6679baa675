#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "normalizers/findings.h"
#include "rules/rules.h"

namespace normalize {

/// What a property of a build becomes.
struct BuildValue {
  const Field* field;
  std::string after;
};

/// The normal form of the property `key` of git.properties, git.json or build-info.properties:
/// the time of the build is lowered to the epoch; in strict it is 1970 without one, times are told
/// in UTC, and what tells of the builder, the clone or the commit is emptied. Unset where `value`
/// stays.
/// `value` has no escapes in it.
std::optional<BuildValue> normal_build_value(std::string_view key, std::string_view value,
                                             const Rules& rules);

}  // namespace normalize
