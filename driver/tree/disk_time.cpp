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

template <typename Set, typename Look>
std::optional<DiskTime> set_and_look(DiskTime mtime, const Set& set, const Look& look) {
  constexpr timespec kStays{0, UTIME_OMIT};
  struct stat status {};
  if (set(as_timespecs(mtime, kStays).data()) != 0 || look(status) != 0) return std::nullopt;
  if (mtime_of(status) == mtime) return mtime;
  // libfuse 2 sets one time alone for those programs only that ask for it (flag_utime_omit_ok in
  // its fuse.h), and answers success to all: exfat-fuse, bindfs and disorderfs do not.
  if (set(as_timespecs(mtime, atime_of(status)).data()) != 0 || look(status) != 0)
    return std::nullopt;
  return mtime_of(status);
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

std::optional<DiskTime> set_disk_time(int fd, DiskTime mtime) {
  return set_and_look(
      mtime, [&](const timespec* times) { return ::futimens(fd, times); },
      [&](struct stat& status) { return ::fstat(fd, &status); });
}

std::optional<DiskTime> set_disk_time(int folder, const std::string& name, DiskTime mtime) {
  return set_and_look(
      mtime,
      [&](const timespec* times) {
        return ::utimensat(folder, name.c_str(), times, AT_SYMLINK_NOFOLLOW);
      },
      [&](struct stat& status) {
        return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW);
      });
}

std::array<timespec, 2> as_timespecs(DiskTime mtime, const timespec& atime) {
  return {{atime, {static_cast<time_t>(mtime.seconds), mtime.nanoseconds}}};
}

#ifdef __APPLE__
const timespec& atime_of(const struct stat& status) { return status.st_atimespec; }
#else
const timespec& atime_of(const struct stat& status) { return status.st_atim; }
#endif

bool may_be_kept_as(DiskTime time, DiskTime kept) {
  constexpr std::int64_t kCoarsestSeconds = 2;
  return kept.seconds - kCoarsestSeconds <= time.seconds &&
         time.seconds <= kept.seconds + kCoarsestSeconds;
}

std::string text_of(DiskTime time) {
  std::string text = format_time(time.seconds);
  if (time.nanoseconds == 0) return text;
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09d", static_cast<int>(time.nanoseconds));
  return text.insert(text.size() - 1, fraction.data());  // before the Z
}

}  // namespace normalize
