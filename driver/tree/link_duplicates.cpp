#include "driver/tree/link_duplicates.h"

#include <fcntl.h>
#include <sys/file.h>

#include "driver/tree/duplicates.h"
#include "driver/tree/file_source.h"
#include "driver/tree/replacement.h"
#include "driver/tree/temporary_name.h"

namespace normalize {
namespace {

constexpr Field kLink{"hard link", ""};

/// The name stays a file of its own, and that is all right.
class NoLink : public std::system_error {
 public:
  using std::system_error::system_error;
};

/// A bind mount in the tree, a file that has as many names as its file system allows, or a file
/// system that knows no hard links: link(2) has EPERM for it, programs that serve one have others.
bool cannot_be_helped(int error) {
  return error == EXDEV || error == EMLINK || error == EPERM || error == ENOTSUP ||
         error == EOPNOTSUPP || error == ENOSYS;
}

void make_link(const Descriptor& from, const std::string& name, const Descriptor& to,
               const std::string& added) {
  if (::linkat(from.get(), name.c_str(), to.get(), added.c_str(), 0) == 0) return;
  constexpr const char* kStep = "cannot link it";
  const int error = errno;
  if (cannot_be_helped(error)) throw NoLink(error, std::generic_category(), kStep);
  throw_errno(kStep, error);
}

/// One group of duplicates: the first takes over the names of the others.
class Group {
 public:
  Group(const Task& task, const Tree& tree, WritableFolders& writable,
        const std::vector<FileOnDisk>& files, LinkedFiles& result)
      : task_(task), tree_(tree), writable_(writable), files_(files), result_(result) {}

  void link() {
    if (applies()) hold_keeper();
    for (std::size_t i = 1; i < files_.size(); ++i) link(files_[i]);
  }

 private:
  bool applies() const { return task_.mode == Task::Mode::apply; }
  const FileOnDisk& keeper() const { return files_.front(); }

  /// Another run takes a temporary name for a leftover where nobody holds the file it leads to.
  void hold_keeper() {
    try {
      const NameOf& name = keeper().names.front();
      held_ = open_at(tree_.open(*name.folder).get(), name.entry->name,
                      O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
      if (held_) uninterrupted([&] { return ::flock(held_.get(), LOCK_SH | LOCK_NB); });
    } catch (const std::exception&) {
      // The folder is not what it was, which linking finds out and reports.
    }
  }

  void link(const FileOnDisk& duplicate) {
    bool first = true, whole = true;
    for (const NameOf& name : duplicate.names) {
      whole &= link(duplicate, name, first);
      first = false;
    }
    if (whole) result_.bytes_saved += duplicate.size;
  }

  /// Answers whether the name is the keeper's now, or would be.
  bool link(const FileOnDisk& duplicate, const NameOf& name, bool first) {
    FileReport& report = result_.reports.emplace_back();
    report.path = name.path();
    try {
      if (applies()) put_in_place(duplicate, name, first);
      report.link = DiskChange{&kLink, "", keeper().path};
      // The time it has now is the keeper's, with an entry of its own; but what is to change would
      // have got its time before.
      if (!duplicate.is_to_change) name.entry->settled = true;
      return true;
    } catch (const NoLink& error) {
      return note(report, error.what());
    } catch (const std::exception& error) {
      fail(report, error.what());
    }
    return false;
  }

  bool note(FileReport& report, const char* reason) const {
    report.journal.remarks.push_back(
        {Remark::Kind::note, "", "the same as " + keeper().path + ": " + reason});
    return false;
  }

  static void fail(FileReport& report, const char* error) {
    report.outcome = FileReport::Outcome::failed;
    report.error = error;
  }

  void put_in_place(const FileOnDisk& duplicate, const NameOf& name, bool first) {
    const NameOf& kept = keeper().names.front();
    const Descriptor from = tree_.open(*kept.folder), to = tree_.open(*name.folder);
    const WritableFolders::Hold hold = writable_.hold(*name.folder, to);
    std::string text = make_temporary_name();
    make_link(from, kept.entry->name, to, text);
    TemporaryName temporary(tree_, *name.folder, text, tree_.open(*name.folder));
    if (!is_keeper(to, text) && is_keeper(from, kept.entry->name))
      throw NoLink(ENOTSUP, std::generic_category(), "the file system hides what is linked");
    expect_unchanged(to, text, keeper(), false);
    // With the first of several names the file has lost a link, which shows in its ctime.
    expect_unchanged(to, name.entry->name, duplicate, first);
    temporary.rename(to, name.entry->name);
    name.folder->touched = true;
    static_cast<void>(set_disk_time(to.get(), name.folder->mtime_after));
  }

  /// Not so for a link to it where the file system numbers files by their paths: libfuse does
  /// unless told otherwise (use_ino).
  bool is_keeper(const Descriptor& folder, const std::string& name) const {
    struct stat now {};
    return ::fstatat(folder.get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           identity_of(now) == identity_of(keeper().status);
  }

  static void expect_unchanged(const Descriptor& folder, const std::string& name,
                               const FileOnDisk& file, bool with_ctime) {
    struct stat now {};
    if (::fstatat(folder.get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno("cannot look at it again");
    if (identity_of(now) != identity_of(file.status) || now.st_size != file.status.st_size ||
        mtime_of(now) != mtime_of(file.status) ||
        (with_ctime && ctime_of(now) != ctime_of(file.status)))
      throw ChangedMeanwhile();
  }

  const Task& task_;
  const Tree& tree_;
  WritableFolders& writable_;
  const std::vector<FileOnDisk>& files_;
  LinkedFiles& result_;
  Descriptor held_;
};

}  // namespace

LinkedFiles link_duplicates(const Task& task, const Rules& rules, Tree& tree,
                            WritableFolders& writable, NormalForms& forms) {
  LinkedFiles result;
  const Duplicates found = find_duplicates(task, rules, tree, forms);
  for (const auto& files : found.groups) Group(task, tree, writable, files, result).link();
  for (const Tree::Failure& failure : found.failures) {
    FileReport& report = result.reports.emplace_back();
    report.path = failure.path;
    report.outcome = FileReport::Outcome::failed;
    report.error = failure.error;
  }
  return result;
}

}  // namespace normalize
