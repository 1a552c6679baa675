#pragma once

#include <cstdint>
#include <string_view>

#include "rules/rules.h"

namespace normalize {

/// The normal form of a uid or gid in an archive.
std::int64_t normal_owner(std::int64_t id, Owners owners);

/// The same by what the rules say of archives that ask for no treatment of their own; with noise,
/// another id that becomes the same without.
std::int64_t normal_owner(std::int64_t id, const Rules& rules);

/// The name that goes with it, which may be empty, where `name` went with `id` before.
std::string_view normal_owner_name(std::string_view name, std::int64_t id, Owners owners);

}  // namespace normalize
