#include "driver/tree/replacement.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>

#include "driver/tree/attributes.h"
#include "driver/tree/file_source.h"
#include "driver/tree/flush.h"
#include "driver/tree/temporary_name.h"

namespace normalize {
namespace {

/// Writes all of `blocks`, which it uses up.
void write_blocks(int fd, std::span<iovec> blocks) {
  while (!blocks.empty()) {
    const ssize_t written = ::writev(fd, blocks.data(), static_cast<int>(blocks.size()));
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_errno("cannot write");
    }
    auto left = static_cast<std::size_t>(written);
    while (!blocks.empty() && left >= blocks.front().iov_len) {
      left -= blocks.front().iov_len;
      blocks = blocks.subspan(1);
    }
    if (left == 0) continue;
    blocks.front().iov_base = static_cast<char*>(blocks.front().iov_base) + left;
    blocks.front().iov_len -= left;
  }
}

/// At once, so that a run which is killed leaves few folders with a time of its own; the end of the
/// run looks after it again, and reports.
void restore_time(const Folder& folder, const Descriptor& opened) noexcept {
  static_cast<void>(set_disk_time(opened.get(), folder.mtime_after));
}

bool same_file(const struct stat& a, const struct stat& b) {
  return identity_of(a) == identity_of(b) && a.st_size == b.st_size && mtime_of(a) == mtime_of(b);
}

}  // namespace

TemporaryName::~TemporaryName() {
  Descriptor none;
  remove(none);
}

void TemporaryName::remove(Descriptor& file) noexcept {
  if (!tree_) return;
  try {
    if (!opened_) opened_ = tree_->open(*folder_);
    remove_temporary(opened_.get(), name_, file);
    restore_time(*folder_, opened_);
  } catch (const std::exception&) {
    // Its folder has been moved away: the next run over it steps over the name and removes it.
  }
  tree_ = nullptr;
}

void TemporaryName::rename(const Descriptor& opened, const std::string& target) {
  if (::renameat(opened.get(), name_.c_str(), opened.get(), target.c_str()) != 0)
    throw_errno("cannot replace");
  tree_ = nullptr;
}

Replacement::Replacement(const Tree& tree, WritableFolders& writable, Inodes::Names names,
                         Original original)
    : tree_(tree), writable_(writable), names_(names), original_(std::move(original)) {
  const Folder& folder = *names_.front().folder;
  Descriptor opened = tree_.open(folder);
  holds_.push_back(writable_.hold(folder, opened));
  TemporaryFile made = create_temporary(opened.get(), 0600);
  file_ = std::move(made.file);
  temporaries_.emplace_back(tree_, folder, std::move(made.name), std::move(opened));
  copy_flags(original_.file.get(), file_.get());
}

Replacement::~Replacement() {
  // The further names go first: for them, too, the file is locked.
  while (temporaries_.size() > 1) temporaries_.pop_back();
  if (!temporaries_.empty()) temporaries_.front().remove(file_);
}

void Replacement::write(const Content& content) {
  constexpr std::size_t kMostBlocks = 256;  // POSIX allows 16, every system we know 1024
  constexpr std::size_t kLargeBlock = std::size_t{1} << 20;
  std::vector<iovec> blocks;
  for_each_part(content, [&](ByteView part) {
    // writev(2) only reads, but iovec serves readv(2) as well.
    blocks.push_back({const_cast<std::byte*>(part.data()), part.size()});
    if (blocks.size() < kMostBlocks && part.size() < kLargeBlock) return true;
    write_blocks(file_.get(), blocks);
    blocks.clear();
    return true;
  });
  write_blocks(file_.get(), blocks);
}

void Replacement::commit(DiskTime mtime) {
  copy_attributes(original_.file.get(), original_.status, file_.get(), mtime);
  flush_before_rename(file_.get());
  // An open file that loses its name gets another one from NFS and libfuse, which goes when it is
  // closed, and with it the time of the folder.
  original_.file = Descriptor();
  for (const NameOf& name : names_.subspan(1)) prepare_link(name);
  put_in_place(0);
  for (std::size_t i = 1; i < names_.size(); ++i) put_further_in_place(i);
}

void Replacement::prepare_link(const NameOf& name) {
  const Descriptor first = tree_.open(*names_.front().folder);
  const Descriptor opened = tree_.open(*name.folder);
  holds_.push_back(writable_.hold(*name.folder, opened));
  std::string temporary = make_temporary_name();
  if (::linkat(first.get(), temporaries_.front().name().c_str(), opened.get(), temporary.c_str(),
               0) != 0)
    throw_errno("cannot link it to " + name.entry->name);
  // Not held open: a file may have more names than a process may have descriptors.
  temporaries_.emplace_back(tree_, *name.folder, std::move(temporary), Descriptor());
}

void Replacement::put_in_place(std::size_t index) {
  const NameOf& name = names_[index];
  const Descriptor opened = tree_.open(*name.folder);
  expect_unchanged(index, opened);
  temporaries_[index].rename(opened, name.entry->name);
  restore_time(*name.folder, opened);
}

void Replacement::put_further_in_place(std::size_t index) try {
  put_in_place(index);
} catch (const std::exception& error) {
  throw PartlyReplaced("still the old file under the name " + names_[index].path() + ": " +
                       error.what());
}

void Replacement::expect_unchanged(std::size_t index, const Descriptor& opened) const {
  struct stat now {};
  if (::fstatat(opened.get(), names_[index].entry->name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0)
    throw_errno("cannot look at it again");
  // The first rename changed the old file's ctime, so the further names go without that.
  const bool same_ctime = index > 0 || ctime_of(now) == ctime_of(original_.status);
  if (!same_file(now, original_.status) || !same_ctime) throw ChangedMeanwhile();
}

}  // namespace normalize
