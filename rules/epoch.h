#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace normalize {

/// Reads a value of SOURCE_DATE_EPOCH (specification 1.1): seconds since 1970-01-01 UTC, ASCII
/// digits and nothing else. Unset for anything else, the empty string and a value beyond 64 bits
/// too.
std::optional<std::int64_t> parse_epoch(std::string_view text);

}  // namespace normalize
