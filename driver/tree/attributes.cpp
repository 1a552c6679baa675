// What a file is besides its bytes.

#include "driver/tree/attributes.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include "driver/tree/descriptor.h"

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#endif

namespace normalize {
namespace {

#ifdef __linux__

/// Flags of ioctl_iflags(2) that an owner may set and that do not keep anybody from writing.
constexpr int kStorageFlags = FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL | FS_NODUMP_FL |
                              FS_NOATIME_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | FS_NOCOW_FL;

#endif

constexpr std::string_view kIma = "security.ima", kEvm = "security.evm";

/// Types of those attributes that hold a signature (Linux, security/integrity/integrity.h); of the
/// others, digests and keyed digests, the kernel makes its own for each new file.
constexpr std::string_view kSignatureTypes{"\x03\x05\x06", 3};

/// The names, ACLs last: one of them may take away the owner's own right to write, which setting a
/// user attribute needs.
std::vector<std::string> names_in_order(int fd) {
  std::vector<std::string> names = attribute_names({fd});
  std::ranges::stable_partition(names, [](const std::string& name) { return !is_acl(name); });
  return names;
}

/// What the new file has got from its folder (a default ACL, a label) gives way to what the
/// original has.
void copy_extended_attributes(int original, int copy) {
  const std::vector<std::string> names = names_in_order(original);
  const std::set<std::string> wanted(names.begin(), names.end());
  for (const std::string& name : names_in_order(copy))
    // A label that the system gives to every file cannot be removed, and need not be.
    if (!wanted.contains(name) && !remove_attribute({copy}, name) && is_acl(name))
      throw_errno("cannot remove " + name);
  for (const std::string& name : names) {
    if (name == kIma || name == kEvm) continue;  // tells of the old bytes
    const auto value = attribute({original}, name);
    if (!value) throw_errno("cannot read " + name);
    if (attribute({copy}, name) == value) continue;
    if (!set_attribute({copy}, name, *value)) throw_errno("cannot keep " + name);
  }
}

void copy_mode(const struct stat& status, int copy) {
  const mode_t mode = status.st_mode & 07777;
  struct stat now {};
  const bool refused = uninterrupted([&] { return ::fchmod(copy, mode); }) != 0;
  const int error = refused ? errno : EPERM;
  if (::fstat(copy, &now) != 0) throw_errno("cannot look at the new file");
  // The setgid bit is dropped without a word where the caller is not in the group; a file system
  // without modes may refuse what is so already.
  if ((now.st_mode & 07777) != mode) throw_errno("cannot keep the mode", error);
}

void copy_owner(const struct stat& status, int copy) {
  struct stat now {};
  if (::fstat(copy, &now) != 0) throw_errno("cannot look at the new file");
  if (now.st_uid == status.st_uid && now.st_gid == status.st_gid) return;
  // A file that changed hands would be readable to others than before, so there is no halfway.
  if (uninterrupted([&] { return ::fchown(copy, status.st_uid, status.st_gid); }) != 0)
    throw_errno("cannot keep owner and group");
  // Some file systems that programs serve say yes and do nothing.
  if (::fstat(copy, &now) != 0) throw_errno("cannot look at the new file");
  if (now.st_uid != status.st_uid || now.st_gid != status.st_gid)
    throw_errno("cannot keep owner and group", EPERM);
}

void copy_times(const struct stat& status, int copy, DiskTime mtime) {
  const std::array<timespec, 2> times = as_timespecs(mtime, atime_of(status));
  struct stat now {};
  if (::futimens(copy, times.data()) != 0 || ::fstat(copy, &now) != 0)
    throw_errno("cannot keep its times");
  if (!may_be_kept_as(mtime, mtime_of(now))) throw_errno("cannot keep its times", EPERM);
}

}  // namespace

std::optional<std::string> sealed_by(int fd) {
  for (const std::string_view name : {kIma, kEvm}) {
    const auto value = attribute({fd}, std::string(name));
    if (value && !value->empty() && kSignatureTypes.find(value->front()) != std::string_view::npos)
      return std::string(name);
  }
#ifdef __linux__
  int flags = 0;
  if (::ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_VERITY_FL) != 0) return "fs-verity";
#endif
  return std::nullopt;
}

Attributes attributes_of(const AttributeHolder& holder) {
  Attributes found;
  for (const std::string& name : attribute_names(holder)) {
    const auto value = attribute(holder, name);
    if (!value) throw_errno("cannot read " + name);
    found.emplace_back(name, *value);
  }
  std::ranges::sort(found);
  return found;
}

bool set_attributes(const AttributeHolder& holder, const Attributes& attributes) {
  bool all = true;
  for (const bool acls : {false, true})  // last, as above
    for (const auto& [name, value] : attributes) {
      if (is_acl(name) != acls || set_attribute(holder, name, value)) continue;
      const int error = errno;
      // Two numbers on NetBSD and OpenBSD.
      const bool unsupported = error == ENOTSUP || error == EOPNOTSUPP;
      if (error != EPERM && error != EACCES && !unsupported)
        throw_errno("cannot set " + name, error);
      all = false;
    }
  return all;
}

void remove_inherited_acl(int folder) {
  for (const std::string& name : attribute_names({folder}))
    if (is_acl(name)) remove_attribute({folder}, name);
}

std::string extended_attributes(int fd) {
  std::string text;
  for (const auto& [name, value] : attributes_of({fd})) {
    text.append(name).append(1, '\0').append(std::to_string(value.size()));
    text.append(1, ':').append(value);
  }
  return text;
}

void copy_flags([[maybe_unused]] int original, [[maybe_unused]] int copy) {
#ifdef __linux__
  int wanted = 0, now = 0;
  if (::ioctl(original, FS_IOC_GETFLAGS, &wanted) != 0) return;
  if (::ioctl(copy, FS_IOC_GETFLAGS, &now) != 0) return;
  int flags = (now & ~kStorageFlags) | (wanted & kStorageFlags);
  if (flags != now) static_cast<void>(::ioctl(copy, FS_IOC_SETFLAGS, &flags));
#elif defined(UF_NODUMP)
  struct stat status {};
  if (::fstat(original, &status) == 0 && (status.st_flags & UF_NODUMP) != 0)
    static_cast<void>(::fchflags(copy, UF_NODUMP));
#endif
}

void copy_attributes(int original, const struct stat& status, int copy, DiskTime mtime) {
  copy_owner(status, copy);  // first: it clears setuid bits and capabilities
  copy_extended_attributes(original, copy);
  copy_mode(status, copy);
  copy_acl(original, copy);
  copy_times(status, copy, mtime);
}

}  // namespace normalize
