#include "driver/tree/disk_time.h"

#include <fcntl.h>

#include <array>
#include <cstdio>

#include "rules/format_time.h"

namespace normalize {
namespace {

constexpr Field kMtime{"mtime", "install -p, cp -p"};

DiskTime from_timespec(const timespec& time) {
  return {time.tv_sec, static_cast<std::int32_t>(time.tv_nsec)};
}

/// As futimens(2) takes it: the access time stays.
std::array<timespec, 2> as_timespecs(DiskTime mtime) {
  std::array<timespec, 2> times{};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = static_cast<time_t>(mtime.seconds);
  times[1].tv_nsec = mtime.nanoseconds;
  return times;
}

std::string text_of(DiskTime time) {
  std::string text = format_time(time.seconds);
  if (time.nanoseconds == 0) return text;
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09d", static_cast<int>(time.nanoseconds));
  return text.insert(text.size() - 1, fraction.data());  // before the Z
}

}  // namespace

#ifdef __APPLE__
DiskTime mtime_of(const struct stat& status) { return from_timespec(status.st_mtimespec); }
DiskTime ctime_of(const struct stat& status) { return from_timespec(status.st_ctimespec); }
#else
DiskTime mtime_of(const struct stat& status) { return from_timespec(status.st_mtim); }
DiskTime ctime_of(const struct stat& status) { return from_timespec(status.st_ctim); }
#endif

DiskTime normal_disk_time(DiskTime time, const Rules& rules) {
  if (!rules.epoch || !rules.disk_times) return time;
  const DiskTime epoch{*rules.epoch, 0};
  if (rules.time_mode == TimeMode::clamp && time <= epoch) return time;
  return rules.noise ? DiskTime{rules.normal_time(time.seconds), 0} : epoch;
}

std::optional<DiskChange> disk_time_change(DiskTime before, DiskTime after) {
  if (before == after) return std::nullopt;
  return DiskChange{&kMtime, text_of(before), text_of(after)};
}

bool try_set_disk_time(int fd, DiskTime mtime) {
  return ::futimens(fd, as_timespecs(mtime).data()) == 0;
}

bool try_set_disk_time(int folder, const std::string& name, DiskTime mtime) {
  return ::utimensat(folder, name.c_str(), as_timespecs(mtime).data(), AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace normalize
