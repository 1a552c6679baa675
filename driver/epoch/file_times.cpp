#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "driver/epoch/find.h"
#include "driver/usage_error.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

using Stat = struct stat;

Stat look_at(const std::string& path, int (*look)(const char*, Stat*)) {
  Stat status{};
  if (look(path.c_str(), &status) != 0)
    throw std::system_error(errno, std::generic_category(), path);
  return status;
}

class Newest {
 public:
  void add(const std::string& path) {
    const Stat status = look_at(path, ::lstat);
    if (S_ISREG(status.st_mode) && (!seconds_ || status.st_mtime > *seconds_))
      seconds_ = status.st_mtime;
  }
  std::optional<std::int64_t> seconds() const { return seconds_; }

 private:
  std::optional<std::int64_t> seconds_;
};

}  // namespace

std::int64_t epoch_from_newest(const std::vector<std::string>& paths) {
  Newest newest;
  for (const std::string& path : paths) {
    newest.add(path);
    if (!S_ISDIR(look_at(path, ::lstat).st_mode)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
      newest.add(entry.path().string());
  }
  if (const auto seconds = newest.seconds()) return *seconds;
  throw UsageError("--epoch-from=newest: there is no regular file to ask");
}

std::int64_t epoch_from_file(const std::string& file) { return look_at(file, ::stat).st_mtime; }

}  // namespace normalize
