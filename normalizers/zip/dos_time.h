#pragma once

#include <cstdint>
#include <string>

#include "normalizers/zip/records.h"
#include "rules/rules.h"

namespace normalize::zip {

/// 1980-01-01 to 2107-12-31, two seconds a step.
inline constexpr TimeRange kDosRange{315'532'800, 4'354'819'198, 2};

/// Seconds since 1970-01-01, reading the time as UTC. Writers that know no time leave month and day
/// zero, which count as one.
std::int64_t to_seconds(DosTime modified);
/// `seconds` lie within kDosRange.
DosTime to_dos_time(std::int64_t seconds);
/// As it stands, zone unknown: "2024-01-02T03:04:04".
std::string to_text(DosTime modified);

}  // namespace normalize::zip
