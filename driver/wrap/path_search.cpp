#include "driver/wrap/path_search.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace normalize::wrap {
namespace {

namespace fs = std::filesystem;

/// As execvp(3) has it: an empty part is the current folder.
constexpr const char* kPathOtherwise = "/usr/bin:/bin";

/// Unset where it may not be run; errno tells why.
std::optional<Identity> runnable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  errno = EACCES;
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  if (::access(path.c_str(), X_OK) != 0) return std::nullopt;
  return identity_of(status);
}

}  // namespace

std::string own_path(std::string_view called_as) {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (!error) return self.string();
  return fs::canonical(find_program(std::string(called_as), {})).string();
}

std::string find_program(const std::string& name, const std::set<Identity>& others) {
  if (name.find('/') != name.npos) {
    if (!runnable(name)) throw_errno(name);
    return name;
  }
  const char* const variable = std::getenv("PATH");
  std::string_view rest = variable ? variable : kPathOtherwise;
  for (bool more = true; more;) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    const std::string path = (folder.empty() ? "." : std::string(folder)) + "/" + name;
    const auto found = runnable(path);
    if (found && !others.contains(*found)) return path;
    more = colon != rest.npos;
    if (more) rest.remove_prefix(colon + 1);
  }
  throw_errno(name, ENOENT);
}

Identity identity_of_program(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw_errno(path);
  return identity_of(status);
}

}  // namespace normalize::wrap
