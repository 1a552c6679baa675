#include "driver/sandbox/run_access.h"

#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "driver/path_search.h"
#include "driver/scratch.h"
#include "driver/tree/tree.h"

namespace normalize {
namespace {

bool sandbox_is_wanted = false;

/// What libraries and Python are read from, and what the C library, libcrypto and NSS look at.
constexpr const char* kSystem[] = {"/usr",
                                   "/lib",
                                   "/lib32",
                                   "/lib64",
                                   "/libx32",
                                   "/bin",
                                   "/opt",
                                   "/nix",
                                   "/gnu",
                                   "/proc",
                                   "/run",
                                   "/dev",
                                   "/var/lib/sss",
                                   "/etc/alternatives",
                                   "/etc/crypto-policies",
                                   "/etc/group",
                                   "/etc/host.conf",
                                   "/etc/ld.so.cache",
                                   "/etc/localtime",
                                   "/etc/nsswitch.conf",
                                   "/etc/passwd",
                                   "/etc/pki/tls",
                                   "/etc/ssl/openssl.cnf",
                                   "/etc/timezone"};

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == std::string::npos) return "/";
  const std::size_t slash = path.rfind('/', end);
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The program's own folder and the one above: its helper.
void add_own_prefix(Access& access) {
  const std::filesystem::path folder = std::filesystem::path(own_path()).parent_path();
  if (folder.empty()) return;
  access.libraries.push_back(folder);
  access.libraries.push_back(folder.parent_path() / "share");
  access.libraries.push_back(folder.parent_path() / "libexec");
}

}  // namespace

void use_sandbox(bool wanted) { sandbox_is_wanted = wanted; }

bool gives_up_programs() { return sandbox_is_wanted && !confined_sees_paths(); }

Access access_for(const Task& task, const PluginOptions& plugins) {
  std::set<std::string> read, write;
  for (const std::string& path : task.paths) {
    // A link with a slash behind it is the folder that it leads to.
    const bool folder = path.ends_with('/') || is_folder(path);
    const std::string place = folder ? path : parent_of(path);
    (task.mode == Task::Mode::apply ? write : read).insert(place);
    read.insert(path);  // repack follows a link
    // A .pyc in the folder that is given has its source in the one above.
    read.insert(join_path(place, ".."));
  }
  for (const std::string& folder : plugin_folders(plugins)) read.insert(folder);
  write.insert(Scratch::default_folder());
  Access access{{read.begin(), read.end()},
                {write.begin(), write.end()},
                {std::begin(kSystem), std::end(kSystem)}};
  add_own_prefix(access);
  return access;
}

void add_output(Access& access, const std::string& file) {
  if (!file.empty()) access.write.push_back(parent_of(file));
}

void confine_run(const Access& access) {
  if (sandbox_is_wanted) static_cast<void>(confine(access));
}

}  // namespace normalize
