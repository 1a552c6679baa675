#pragma once

#include "normalizers/error.h"
#include "rules/rules.h"

namespace normalize {

/// Throws LimitError where an archive of `known` members has one more, which is too many.
inline void check_members(std::size_t known, const Limits& limits) {
  if (known >= limits.members)
    throw LimitError("holds more than " + std::to_string(limits.members) + " members");
}

}  // namespace normalize
