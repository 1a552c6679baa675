#include "driver/store/restored_tree.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "driver/tree/attributes.h"
#include "driver/tree/device_numbers.h"
#include "driver/tree/temporary_name.h"
#include "driver/usage_error.h"

namespace normalize::store {
namespace {

using Type = NormalName::Type;

std::string beside(const std::string& path) {
  std::string folder = path;
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return folder.substr(0, folder.rfind('/') + 1) + make_temporary_name();
}

void expect_free(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw_errno(path);
  }
  if (!S_ISDIR(status.st_mode)) throw UsageError(path + ": is there already, and no folder");
  if (!std::filesystem::is_empty(path)) throw UsageError(path + ": is not empty");
}

struct timespec time_of(const NormalName& name) {
  struct timespec time {};
  time.tv_sec = static_cast<time_t>(name.mtime.seconds);
  time.tv_nsec = name.mtime.nanoseconds;
  return time;
}

std::array<struct timespec, 2> times_of(const NormalName& name) {
  return {time_of(name), time_of(name)};
}

/// What a restored device is, for mknod(2).
mode_t node_type(Type type) {
  switch (type) {
    case Type::character:
      return S_IFCHR;
    case Type::block:
      return S_IFBLK;
    case Type::pipe:
      return S_IFIFO;
    default:
      return S_IFSOCK;
  }
}

void write_all(const Descriptor& file, ByteView bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count < 0 && errno != EINTR) throw_errno("cannot write");
    if (count < 0) continue;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
}

}  // namespace

RestoredTree::RestoredTree(std::string destination, Form form)
    : destination_(std::move(destination)), form_(form) {
  expect_free(destination_);
  temporary_ = beside(destination_);
  if (::mkdir(temporary_.c_str(), 0700) != 0) {
    temporary_.clear();
    throw_errno(destination_ + ": cannot make a folder beside it");
  }
  root_ = open_at(AT_FDCWD, temporary_, O_RDONLY | O_DIRECTORY);
  if (!root_) throw_errno(destination_);
  remove_inherited_acl(root_.get());
}

RestoredTree::~RestoredTree() {
  std::error_code ignored;
  if (temporary_.empty()) return;
  // Folders that nobody may write to have been made by us.
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  for (auto at = std::filesystem::recursive_directory_iterator(temporary_, options, ignored);
       at != std::filesystem::recursive_directory_iterator(); at.increment(ignored))
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) ::chmod(at->path().c_str(), 0700);
  std::filesystem::remove_all(temporary_, ignored);
}

RestoredTree::Place RestoredTree::place_of(const std::string& path) const {
  std::string_view below = path;
  if (below.ends_with('/')) below.remove_suffix(1);
  const std::size_t slash = below.rfind('/');
  const std::string_view folder = slash == below.npos ? "" : below.substr(0, slash);
  const std::string_view name = slash == below.npos ? below : below.substr(slash + 1);
  Place place{open_below(root_.get(), folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
              std::string(name)};
  if (!place.folder) throw_errno(path);
  return place;
}

void RestoredTree::make_folder(const BuildName& name) {
  if (name.path.empty()) return;
  const Place place = place_of(name.path);
  if (::mkdirat(place.folder.get(), place.name.c_str(), 0700) != 0) throw_errno(name.path);
}

Descriptor RestoredTree::make_file(const BuildName& name) const {
  const Place place = place_of(name.path);
  Descriptor file =
      open_at(place.folder.get(), place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file) throw_errno(name.path);
  return file;
}

void RestoredTree::settle_file(const Descriptor& file, const BuildName& name) {
  settle(file.get(), name);
}

void RestoredTree::settle(int fd, const BuildName& name) {
  const NormalName& to = name_in(name, form_);
  // First the owner: changing it clears special bits and capabilities.
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw_errno(name.path);
  const bool is_owner = status.st_uid == to.uid && status.st_gid == to.gid;
  if (!is_owner && ::fchown(fd, static_cast<uid_t>(to.uid), static_cast<gid_t>(to.gid)) != 0) {
    if (errno != EPERM && errno != EINVAL) throw_errno(name.path + ": cannot set the owner");
    ++without_owner_;
  }
  if (!set_attributes({fd}, name.attributes)) ++without_attribute_;
  const bool is_protected = protects_ && name.is_file();
  if (::fchmod(fd, is_protected ? to.mode & 07555 : to.mode) != 0)
    throw_errno(name.path + ": cannot set the mode");
  if (::futimens(fd, times_of(to).data()) != 0) throw_errno(name.path + ": cannot set its time");
}

void RestoredTree::link(const BuildName& name, const std::string& first) const {
  const Place from = place_of(first), to = place_of(name.path);
  if (::linkat(from.folder.get(), from.name.c_str(), to.folder.get(), to.name.c_str(), 0) != 0)
    throw_errno(name.path + ": cannot link it to " + first);
}

bool RestoredTree::try_link(const BuildName& name, const Descriptor& folder,
                            const std::string& file) const {
  const Place to = place_of(name.path);
  if (::linkat(folder.get(), file.c_str(), to.folder.get(), to.name.c_str(), 0) == 0) return true;
  if (errno == ENOENT || errno == EMLINK) return false;
  throw_errno(name.path +
              ": cannot link it to the unpacked file (--cache names a folder of the "
              "same file system)");
}

void RestoredTree::make_other(const BuildName& name) {
  const NormalName& to = name_in(name, form_);
  const Place place = place_of(name.path);
  const int folder = place.folder.get();
  const char* const file = place.name.c_str();
  if (to.type == Type::link) {
    if (::symlinkat(to.target.c_str(), folder, file) != 0) throw_errno(name.path);
  } else if (::mknodat(folder, file, node_type(to.type) | 0600, makedev(to.major, to.minor)) != 0) {
    throw_errno(name.path + ": cannot make such a thing");
  }
  if (::fchownat(folder, file, static_cast<uid_t>(to.uid), static_cast<gid_t>(to.gid),
                 AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != EPERM && errno != EINVAL) throw_errno(name.path + ": cannot set the owner");
    ++without_owner_;
  }
  if (!set_attributes({folder, place.name}, name.attributes)) ++without_attribute_;
  if (to.type != Type::link && ::fchmodat(folder, file, to.mode, 0) != 0)
    throw_errno(name.path + ": cannot set the mode");
  if (::utimensat(folder, file, times_of(to).data(), AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno(name.path + ": cannot set its time");
}

void RestoredTree::settle_folder(const BuildName& name) {
  if (name.path.empty()) return settle(root_.get(), name);
  const Place place = place_of(name.path);
  const Descriptor folder =
      open_at(place.folder.get(), place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!folder) throw_errno(name.path);
  settle(folder.get(), name);
}

void RestoredTree::commit() {
  if (::rename(temporary_.c_str(), destination_.c_str()) != 0)
    throw_errno(destination_ + ": cannot put the tree there");
  temporary_.clear();
}

void write_at(const Descriptor& file, ByteView bytes, std::uint64_t at, bool has_holes) {
  if (!has_holes) return write_all(file, bytes, at);
  constexpr std::size_t kBlock = 4096;
  static constexpr std::array<std::byte, kBlock> kZeros{};
  for (std::size_t i = 0; i < bytes.size(); i += kBlock) {
    const ByteView block = bytes.subspan(i, std::min(kBlock, bytes.size() - i));
    if (!equal(block, ByteView(kZeros).first(block.size()))) write_all(file, block, at + i);
  }
  if (::ftruncate(file.get(), static_cast<off_t>(at + bytes.size())) != 0)
    throw_errno("cannot write");
}

}  // namespace normalize::store
