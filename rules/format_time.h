#pragma once

#include <cstdint>
#include <string>

namespace normalize {

/// `seconds` since 1970-01-01 as people read it, in UTC whatever the zone: "2024-01-02T03:04:05Z".
/// Every 64-bit value has a text.
std::string format_time(std::int64_t seconds);

}  // namespace normalize
