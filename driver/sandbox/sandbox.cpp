#include "driver/sandbox/sandbox.h"

#ifdef __linux__
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "driver/counters.h"
#include "driver/tree/descriptor.h"
#elif defined(__OpenBSD__)
#include <unistd.h>
#elif defined(__FreeBSD__)
#include <grp.h>
#include <pwd.h>
#include <sys/capsicum.h>

#include <ctime>

#include "driver/tree/paths.h"
#endif

namespace normalize {

#ifdef __linux__

// Landlock, landlock(7). Its numbers are spelled out since headers may be older than the kernel.
namespace {

constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr unsigned kTellVersion = 1;  // LANDLOCK_CREATE_RULESET_VERSION
constexpr int kPathBeneath = 1;       // LANDLOCK_RULE_PATH_BENEATH

/// LANDLOCK_ACCESS_FS_...
constexpr std::uint64_t kWriteFile = 1 << 1, kReadFile = 1 << 2, kReadFolder = 1 << 3,
                        kRemoveFile = 1 << 5, kMakeFile = 1 << 8, kRefer = 1 << 13,
                        kTruncate = 1 << 14;
/// WRITE_FILE, and REMOVE_DIR to MAKE_SYM: all that version 1 knows of besides running and reading.
constexpr std::uint64_t kAllWrites = kWriteFile | (((1 << 13) - 1) & ~((1 << 4) - 1));
constexpr std::uint64_t kTcp = 3;        // LANDLOCK_ACCESS_NET_BIND_TCP, _CONNECT_TCP
constexpr std::uint64_t kAllScopes = 3;  // LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET, _SIGNAL

constexpr std::uint64_t kRead = kReadFile | kReadFolder;
/// What a run does in its folders. It makes no folders, links or devices.
constexpr std::uint64_t kWrite = kRead | kWriteFile | kRemoveFile | kMakeFile | kRefer | kTruncate;
/// The part of it that a rule about a file may hold.
constexpr std::uint64_t kOfFiles = kReadFile | kWriteFile | kTruncate;

/// Before version 2 no file could be linked or moved from one folder to another.
constexpr int kLeastVersion = 2;

struct RulesetAttributes {
  std::uint64_t handled_fs = 0, handled_net = 0, scoped = 0;
};

struct __attribute__((packed)) PathBeneath {
  std::uint64_t allowed = 0;
  std::int32_t parent = -1;
};

int version() {
  const long found = ::syscall(kCreateRuleset, nullptr, std::size_t{0}, kTellVersion);
  return found < 0 ? 0 : static_cast<int>(found);
}

std::uint64_t handled_fs(int version) {
  return kRead | kAllWrites | kRefer | (version >= 3 ? kTruncate : 0);
}

/// A fakeroot that speaks by TCP is no stranger.
bool may_close_network() { return std::getenv("FAKEROOTKEY") == nullptr; }

Descriptor create_ruleset(int version) {
  RulesetAttributes attributes;
  attributes.handled_fs = handled_fs(version);
  if (version >= 4 && may_close_network()) attributes.handled_net = kTcp;
  if (version >= 6) attributes.scoped = kAllScopes;
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  return Descriptor(static_cast<int>(::syscall(kCreateRuleset, &attributes, size, 0U)));
}

void allow(const Descriptor& ruleset, const std::string& path, std::uint64_t access) {
  const Descriptor opened = open_at(AT_FDCWD, path, O_PATH);
  struct stat status {};
  if (!opened || ::fstat(opened.get(), &status) != 0) return;
  const std::uint64_t possible = S_ISDIR(status.st_mode) ? access : access & kOfFiles;
  const PathBeneath rule{possible, opened.get()};
  static_cast<void>(::syscall(kAddRule, ruleset.get(), kPathBeneath, &rule, 0U));
}

}  // namespace

std::string sandbox_name() {
  const int found = version();
  return found < kLeastVersion ? "none" : "landlock " + std::to_string(found);
}

bool confined_sees_paths() { return true; }

bool confine(const Access& access) {
  const int found = version();
  if (found < kLeastVersion) return false;
  const Descriptor ruleset = create_ruleset(found);
  if (!ruleset) return false;
  for (const std::string& path : access.read) allow(ruleset, path, kRead & handled_fs(found));
  for (const std::string& path : access.libraries) allow(ruleset, path, kRead & handled_fs(found));
  for (const std::string& path : access.write) allow(ruleset, path, kWrite & handled_fs(found));
  allow(ruleset, "/dev/null", kWrite & handled_fs(found));
  if (const std::string_view folder = counters_folder(); !folder.empty())
    allow(ruleset, std::string(folder), kWrite & handled_fs(found));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  return ::syscall(kRestrictSelf, ruleset.get(), 0U) == 0;
}

#elif defined(__OpenBSD__)

std::string sandbox_name() { return "pledge"; }

bool confined_sees_paths() { return true; }

bool confine(const Access& access) {
  for (const auto* paths : {&access.libraries, &access.read})
    for (const std::string& path : *paths) static_cast<void>(::unveil(path.c_str(), "rx"));
  for (const std::string& path : access.write) static_cast<void>(::unveil(path.c_str(), "rwxc"));
  static_cast<void>(::unveil("/dev/null", "rw"));
  if (::unveil(nullptr, nullptr) != 0) return false;
  return ::pledge("stdio rpath wpath cpath fattr chown flock getpw proc exec unix", nullptr) == 0;
}

#elif defined(__FreeBSD__)

namespace {

/// Leaves of a folder, and of all that is opened below it, what a run does with what it only looks
/// at. FEXECVE is what O_SEARCH asks for, since it is O_EXEC.
bool limit_to_reading(int folder) {
  cap_rights_t rights;
  ::cap_rights_init(&rights, CAP_LOOKUP, CAP_FEXECVE, CAP_READ, CAP_SEEK, CAP_MMAP_R, CAP_FSTAT,
                    CAP_FSTATFS, CAP_FPATHCONF, CAP_FCNTL, CAP_FLOCK, CAP_EXTATTR_GET,
                    CAP_EXTATTR_LIST, CAP_ACL_GET);
  return ::cap_rights_limit(folder, &rights) == 0;
}

/// What the C library reads of its own: the time zone, and the databases of accounts, which stay
/// open: names of owners go into archives and specifications.
void let_library_read() {
  ::tzset();
  ::setpassent(1);
  ::setgroupent(1);
  static_cast<void>(::getpwuid(0));
  static_cast<void>(::getgrgid(0));
}

}  // namespace

// Capability mode, capsicum(4).

std::string sandbox_name() { return "capsicum"; }

bool confined_sees_paths() { return false; }

bool confine(const Access& access) {
  let_library_read();
  for (const std::string& path : access.write) hold_path(path);
  for (const std::string& path : access.read)
    for (const int folder : hold_path(path))
      if (!limit_to_reading(folder)) return false;
  return ::cap_enter() == 0;
}

#else

std::string sandbox_name() { return "none"; }

bool confined_sees_paths() { return true; }

bool confine(const Access&) { return false; }

#endif

}  // namespace normalize
