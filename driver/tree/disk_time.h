#pragma once

#include <sys/stat.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "driver/report/report.h"
#include "rules/rules.h"

namespace normalize {

/// A time as file systems keep it.
struct DiskTime {
  std::int64_t seconds = 0;  // since 1970-01-01 UTC, rounded down
  std::int32_t nanoseconds = 0;
  friend auto operator<=>(const DiskTime&, const DiskTime&) = default;
};

DiskTime mtime_of(const struct stat& status);
DiskTime ctime_of(const struct stat& status);

/// What a time of last modification becomes on disk: kept to the nanosecond where there is no
/// epoch or the rules leave it, the epoch where it is later or the rules set every time; with
/// noise, another time behind the epoch.
DiskTime normal_disk_time(DiskTime time, const Rules& rules);

/// What there is to say of the change; nothing where there is none.
std::optional<DiskChange> disk_time_change(DiskTime before, DiskTime after);

/// Sets the time of last modification and leaves that of the last access. Answers what the time is
/// then, which is up to the file system: some keep it less exactly, or go on with their own.
/// Nothing, and errno, where it refuses.
std::optional<DiskTime> set_disk_time(int fd, DiskTime mtime);
/// The same for a name in a folder, a symbolic link itself.
std::optional<DiskTime> set_disk_time(int folder, const std::string& name, DiskTime mtime);

/// Both times as futimens(2) takes them.
std::array<timespec, 2> as_timespecs(DiskTime mtime, const timespec& atime);
/// The time of the last access.
const timespec& atime_of(const struct stat& status);

/// Whether `kept` may be what a file system makes of `time`: FAT counts in two seconds.
bool may_be_kept_as(DiskTime time, DiskTime kept);

/// For messages: "2023-11-14T22:13:20Z", with nine digits of a fraction where there is one.
std::string text_of(DiskTime time);

}  // namespace normalize
