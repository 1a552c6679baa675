#pragma once

#include <cstdint>
#include <optional>

namespace normalize {

/// SOURCE_DATE_EPOCH as add-det and linkdupes take it: a negative one is ignored with a warning,
/// one in the future is taken with a warning. Throws UsageError where it is no number.
std::optional<std::int64_t> environment_epoch();

}  // namespace normalize
