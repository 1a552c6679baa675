#include "driver/tree/disk_times.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>

#include "driver/parallel.h"
#include "driver/tree/file_source.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

constexpr const char* kStep = "cannot set its time";

/// The names in one folder whose time is to change, and the folder's own.
class FolderTimes {
 public:
  FolderTimes(const Task& task, const Rules& rules, const Tree& tree, Folder& folder)
      : task_(task),
        rules_(rules_at(rules, join_path(folder.path, ""))),
        tree_(tree),
        folder_(folder) {}

  std::vector<FileReport> settle() {
    try {
      for (Entry& entry : folder_.entries)
        if (!entry.settled && !entry.failed) settle(entry);
      settle_folder();
    } catch (const std::exception& error) {
      fail(folder_.path, error.what());
    }
    return std::move(reports_);
  }

  /// The same for a further name of a file whose time was to change under its first one.
  std::vector<FileReport> settle_further(Entry& entry) {
    try {
      if (has_its_time_still(entry)) settle(entry);
    } catch (const std::exception& error) {
      fail(folder_.path_of(entry.name), error.what());
    }
    return std::move(reports_);
  }

 private:
  bool has_its_time_still(const Entry& entry) {
    struct stat status {};
    return ::fstatat(opened(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           mtime_of(status) == entry.mtime;
  }

  void settle(Entry& entry) {
    const DiskTime before = entry.mtime, after = normal_disk_time(before, rules_);
    if (before == after) return;
    const std::string path = folder_.path_of(entry.name);
    try {
      add(path, before, after, applies() ? set(entry, after) : after);
    } catch (const std::exception& error) {
      fail(path, error.what());
    }
  }

  /// Answers what the time is then.
  DiskTime set(Entry& entry, DiskTime after) {
    struct stat status {};
    const int folder = opened();
    if (::fstatat(folder, entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(kStep);
    if (identity_of(status) != entry.identity) throw ChangedMeanwhile();
    const auto kept = set_disk_time(folder, entry.name, after);
    if (!kept) throw_errno(kStep);
    if (task_.cache) update(entry, status);
    return *kept;
  }

  /// Lets the cache know the file by its new times, unless somebody else was at work on it.
  void update(Entry& entry, const struct stat& before) {
    const bool is_as_walked = entry.ctime == ctime_of(before) && entry.mtime == mtime_of(before);
    struct stat after {};
    if (!is_as_walked ||
        ::fstatat(opened(), entry.name.c_str(), &after, AT_SYMLINK_NOFOLLOW) != 0) {
      entry.known = entry.normal = false;
      return;
    }
    entry.mtime = mtime_of(after);
    entry.ctime = ctime_of(after);
    entry.retimed = true;
  }

  void settle_folder() {
    // That of a given file is not part of the run: its time is put back, no more.
    const DiskTime before = folder_.mtime, after = folder_.mtime_after;
    if (before == after && (!folder_.touched || has_kept_its_time())) return;
    const auto kept = applies() ? set_disk_time(opened(), after) : after;
    if (!kept) throw_errno(kStep);
    add(folder_.path, before, after, *kept);
  }

  /// Where nothing could be made in the folder, its time may be out of reach as well.
  bool has_kept_its_time() {
    struct stat status {};
    return ::fstat(opened(), &status) == 0 && mtime_of(status) == folder_.mtime_after;
  }

  /// What there is to say of a time that was to become `after` and is now `kept`.
  void add(const std::string& path, DiskTime before, DiskTime after, DiskTime kept) {
    if (!may_be_kept_as(after, kept))
      throw std::runtime_error(std::string(kStep) + ": the file system keeps " + text_of(kept));
    FileReport& added = report(path);
    added.time = disk_time_change(before, kept);
    if (kept != after && normal_disk_time(kept, rules_) != kept)
      added.journal.remarks.push_back(
          {Remark::Kind::note, "", "the file system keeps its time as " + text_of(kept)});
  }

  bool applies() const { return task_.mode == Task::Mode::apply; }

  int opened() {
    if (!opened_) opened_ = tree_.open(folder_);
    return opened_.get();
  }

  FileReport& report(std::string path) {
    FileReport& added = reports_.emplace_back();
    added.path = std::move(path);
    return added;
  }

  void fail(std::string path, const char* error) {
    FileReport& failed = report(std::move(path));
    failed.outcome = FileReport::Outcome::failed;
    failed.error = error;
  }

  const Task& task_;
  const Rules& rules_;
  const Tree& tree_;
  Folder& folder_;
  Descriptor opened_;  // on first need
  std::vector<FileReport> reports_;
};

/// To change a file under one of its names can make two files of it: overlayfs copies that name
/// into the upper layer, and the others go on leading to the file below.
std::vector<FileReport> settle_split_files(const Task& task, const Rules& rules, const Tree& tree,
                                           const Inodes& inodes) {
  std::vector<FileReport> all;
  for (const Inodes::Names names : inodes.all()) {
    const NameOf& first = names.front();
    if (names.size() == 1 || first.entry->settled) continue;
    const Rules& rules_of_first = rules_at(rules, join_path(first.folder->path, ""));
    for (const NameOf& name : names.subspan(1)) {
      const DiskTime as_walked = name.entry->mtime;
      if (normal_disk_time(as_walked, rules_of_first) == as_walked) break;
      FolderTimes further(task, rules, tree, *name.folder);
      std::ranges::move(further.settle_further(*name.entry), std::back_inserter(all));
    }
  }
  return all;
}

}  // namespace

std::vector<FileReport> settle_disk_times(const Task& task, const Rules& rules, Tree& tree,
                                          const Inodes& inodes) {
  std::vector<std::vector<FileReport>> of_folder(tree.folders.size());
  for_each_index(tree.folders.size(), task.jobs, [&](std::size_t i) {
    of_folder[i] = FolderTimes(task, rules, tree, tree.folders[i]).settle();
  });
  std::size_t count = 0;
  for (const auto& reports : of_folder) count += reports.size();
  std::vector<FileReport> all;
  all.reserve(count);
  for (auto& reports : of_folder) {
    std::ranges::move(reports, std::back_inserter(all));
    reports = {};  // there may be one for every file
  }
  if (task.mode == Task::Mode::apply)
    std::ranges::move(settle_split_files(task, rules, tree, inodes), std::back_inserter(all));
  return all;
}

}  // namespace normalize
