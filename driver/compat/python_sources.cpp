#include "driver/compat/python_sources.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "driver/tree/disk_time.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

/// "a/__pycache__/m.cpython-311.opt-1.pyc" and "a/m.pyc" are made of "a/m.py".
fs::path source_of(const fs::path& compiled) {
  const std::string name = compiled.filename().string();
  const fs::path folder = compiled.parent_path();
  const fs::path place = folder.filename() == "__pycache__" ? folder.parent_path() : folder;
  return place / (name.substr(0, name.find('.')) + ".py");
}

void zero_source_of(const fs::path& compiled) {
  const std::string source = source_of(compiled).string();
  struct stat status {};
  if (::lstat(source.c_str(), &status) == 0 && S_ISREG(status.st_mode))
    static_cast<void>(set_disk_time(AT_FDCWD, source, DiskTime{}));
}

bool is_compiled(const fs::path& path) {
  return path.extension() == ".pyc" || path.extension() == ".pyo";
}

}  // namespace

void zero_python_sources(const std::vector<std::string>& paths) {
  for (const fs::path path : paths) {
    std::error_code ignored;
    if (is_compiled(path) && fs::is_regular_file(fs::symlink_status(path, ignored)))
      zero_source_of(path);
    if (!fs::is_directory(path, ignored)) continue;
    fs::recursive_directory_iterator entries(path, ignored), end;
    for (; !ignored && entries != end; entries.increment(ignored))
      if (is_compiled(entries->path())) zero_source_of(entries->path());
  }
}

}  // namespace normalize
