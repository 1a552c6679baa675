#include "driver/path_search.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <optional>

#if defined(__FreeBSD__) || defined(__DragonFly__) || defined(__NetBSD__)
#include <sys/sysctl.h>
#endif

namespace normalize {
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

std::string called_as = "normalize";

/// Empty where it does not tell.
#if defined(__FreeBSD__) || defined(__DragonFly__) || defined(__NetBSD__)
std::string path_by_system() {
#ifdef __NetBSD__
  std::array<int, 4> name{CTL_KERN, KERN_PROC_ARGS, -1, KERN_PROC_PATHNAME};
#else
  std::array<int, 4> name{CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1};
#endif
  std::string path(PATH_MAX, '\0');
  std::size_t size = path.size();
  if (::sysctl(name.data(), name.size(), path.data(), &size, nullptr, 0) != 0) return {};
  return path.c_str();
}
#else
std::string path_by_system() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}
#endif

}  // namespace

std::string own_path() try {
  std::string path = path_by_system();
  return path.empty() ? fs::canonical(find_program(called_as, {})).string() : path;
} catch (const std::system_error&) {
  return {};
}

void set_called_as(std::string_view first_word) { called_as = first_word; }

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

}  // namespace normalize
