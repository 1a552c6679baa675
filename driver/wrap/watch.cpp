#include "driver/wrap/watch.h"

#include <glob.h>
#include <stdlib.h>

#include <memory>
#include <set>

namespace normalize::wrap {
namespace {

struct FreeText {
  void operator()(char* text) const noexcept { ::free(text); }
};

/// Empty where there is nothing.
std::string resolved(const char* path) {
  const std::unique_ptr<char, FreeText> result(::realpath(path, nullptr));
  return result ? result.get() : std::string();
}

std::vector<std::string> matches(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0)
    for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.push_back(resolved(found.gl_pathv[i]));
  ::globfree(&found);
  return paths;
}

}  // namespace

std::map<std::string, Watch::State> Watch::files_of(const OutputPlace& output) {
  std::map<std::string, State> files;
  for (const std::string& path : matches(output.pattern)) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    files[path] = {identity_of(status), status.st_size, mtime_of(status), ctime_of(status)};
  }
  return files;
}

Watch::Watch(std::vector<OutputPlace> outputs) : outputs_(std::move(outputs)) {
  for (const OutputPlace& output : outputs_) before_.merge(files_of(output));
}

std::vector<std::string> Watch::written() const {
  std::set<std::string> paths;
  for (const OutputPlace& output : outputs_)
    for (const auto& [path, state] : files_of(output)) {
      const auto known = before_.find(path);
      if (output.exact || known == before_.end() || !(known->second == state)) paths.insert(path);
    }
  return {paths.begin(), paths.end()};
}

}  // namespace normalize::wrap
