#include "driver/tree/walk.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "driver/cache/cache.h"
#include "driver/parallel.h"
#include "driver/tree/file_source.h"
#include "driver/tree/folder_names.h"
#include "driver/tree/given.h"
#include "driver/tree/spelling.h"
#include "driver/tree/temporary_name.h"
#include "driver/tree/work_stack.h"
#include "normalizers/registry.h"
#include "normalizers/ruling.h"

namespace normalize {
namespace {

/// Folders with more names than this are looked at by several workers, this many names at a time.
constexpr std::size_t kChunkEntries = 512;
/// To look at so many files takes no longer than to start a worker.
constexpr std::size_t kFewEntries = 16;

unsigned char type_of(const struct stat& status) {
  return S_ISREG(status.st_mode)   ? DT_REG
         : S_ISDIR(status.st_mode) ? DT_DIR
         : S_ISLNK(status.st_mode) ? DT_LNK
                                   : DT_SOCK;  // or anything else that is not opened
}

class Walker {
 public:
  Walker(Tree& tree, const Task& task, const Rules& rules)
      : tree_(tree), task_(task), rules_(rules) {}

  void run() {
    std::size_t given = 0;  // files by themselves
    for (Folder& folder : tree_.folders) {
      if (folder.walked) roots_.insert(folder.identity);
      stack_.push({&folder, 0, folder.entries.size(), folder.walked});
      given += folder.entries.size();
    }
    const bool few = roots_.empty() && given <= kFewEntries;
    on_workers(few ? 1 : task_.jobs, [&] { stack_.drain([&](const Job& job) { work(job); }); });
  }

 private:
  /// A folder to read, or a part of its entries to look at.
  struct Job {
    Folder* folder;
    std::size_t first, last;
    bool read_names;
  };

  void work(const Job& job) noexcept {
    Folder& folder = *job.folder;
    try {
      if (job.read_names) return read(folder);
      const Descriptor opened = tree_.open(folder);
      if (folder.walked || task_.mode != Task::Mode::apply)
        return look(folder, opened, job.first, job.last);
      look_around(folder, opened);
      look(folder, opened, 0, folder.entries.size());
    } catch (const std::exception& error) {
      if (job.read_names) folder.walked = false;
      const std::size_t last = std::min(job.last, folder.entries.size());
      for (std::size_t i = job.first; i < last; ++i) folder.entries[i].failed = true;
      fail(folder.path, error.what());
    }
  }

  /// What the list of a folder tells of single files in it.
  void look_around(Folder& folder, const Descriptor& opened) {
    const std::vector<FolderName> names = names_in(opened);
    // A run over single files that was killed has left its temporary files beside them.
    for (const FolderName& name : names)
      if (is_temporary_name(name.text)) folder.leftovers.push_back(name.text);
    // A new file gets the name by which it is put in place: where case does not count the old one
    // may have had another, and keeps it.
    for (Entry& entry : folder.entries) {
      const auto name = spelling_in(names, opened, entry.name);
      entry.failed = !name;
      if (name)
        entry.name = *name;
      else
        fail(folder.path_of(entry.name), "not among the names that its folder lists");
    }
    sort_names(folder);
  }

  void fail(std::string path, const char* error) {
    const std::lock_guard lock(mutex_);
    tree_.failures.push_back({std::move(path), error});
  }

  void read(Folder& folder) {
    const Descriptor opened = tree_.open_unseen(folder);
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) throw_errno("cannot look at the folder");
    folder.identity = identity_of(status);
    folder.mtime = mtime_of(status);
    folder.mtime_after =
        normal_disk_time(folder.mtime, rules_at(rules_, join_path(folder.path, "")));
    if (!folder.is_root() && roots_.contains(folder.identity)) {
      folder.walked = false;  // but under the name by which it was given
      return;
    }
    for (FolderName& name : names_in(opened)) add(folder, opened, std::move(name));

    const std::size_t count = folder.entries.size();
    if (count <= kChunkEntries) return look(folder, opened, 0, count);
    for (std::size_t first = 0; first < count; first += kChunkEntries)
      stack_.push({&folder, first, std::min(count, first + kChunkEntries), false});
  }

  void add(Folder& folder, const Descriptor& opened, FolderName name) {
    if (is_temporary_name(name.text)) return folder.leftovers.push_back(std::move(name.text));
    if (is_excluded(folder, name.text)) return;
    if (name.type == DT_UNKNOWN) {
      struct stat status {};
      if (::fstatat(opened.get(), name.text.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(folder.path_of(name.text), std::generic_category().message(errno).c_str());
      name.type = type_of(status);
    }
    if (name.type == DT_DIR) return add_folder(folder, name.text);
    Entry entry;
    entry.name = std::move(name.text);
    if (name.type == DT_REG) entry.kind = Entry::Kind::file;
    if (name.type == DT_LNK) entry.kind = Entry::Kind::link;
    folder.entries.push_back(std::move(entry));
  }

  bool is_excluded(const Folder& folder, const std::string& name) const {
    const RuleBook::OfTree* const tree =
        rules_.rule_book ? rules_.rule_book->tree_of(join_path(folder.path, "")) : nullptr;
    const bool by_tree = tree && !tree->excludes.empty();
    if (task_.excludes.empty() && !by_tree) return false;
    const std::string path = folder.path_of(name);
    const std::string_view below = folder.below_root_of(path);
    return excluded(task_.excludes, below, name) ||
           (by_tree && excluded(tree->excludes, below, name));
  }

  void add_folder(const Folder& parent, const std::string& name) {
    Folder folder;
    folder.path = parent.path_of(name);
    folder.root = parent.root;
    folder.below_root = parent.below_root;
    Folder* added = nullptr;
    {
      const std::lock_guard lock(mutex_);
      added = &tree_.folders.emplace_back(std::move(folder));
    }
    stack_.push({added, 0, 0, true});
  }

  void look(Folder& folder, const Descriptor& opened, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      Entry& entry = folder.entries[i];
      if (entry.failed) continue;
      try {
        if (entry.kind == Entry::Kind::file) look_at_file(folder, opened, entry);
        if (entry.kind == Entry::Kind::link) look_at_link(opened, entry);
        add_progress(task_.progress, entry.size);
      } catch (const std::exception& error) {
        entry.failed = true;
        fail(folder.path_of(entry.name), error.what());
      }
    }
  }

  static void remember(Entry& entry, const struct stat& status) {
    entry.identity = identity_of(status);
    entry.mtime = mtime_of(status);
    entry.ctime = ctime_of(status);
    entry.size = static_cast<std::uint64_t>(status.st_size);
    entry.links = status.st_nlink;
  }

  void look_at_file(const Folder& folder, const Descriptor& opened, Entry& entry) const {
    // O_NONBLOCK: should a pipe have taken the file's place, nobody waits for its other end.
    if (task_.claims == Task::Claims::when_opened) return take_for_claimed(opened, entry);
    if (task_.cache && is_known(folder, opened, entry)) return;
    const Descriptor file =
        open_at(opened.get(), entry.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!file) throw_errno("cannot open");
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) throw_errno("cannot look at it");
    if (!S_ISREG(status.st_mode)) throw ChangedMeanwhile();
    remember(entry, status);
    claim(folder, file, entry);
    entry.normal = task_.cache && !entry.claimed && task_.cache->is_old(entry);
  }

  void claim(const Folder& folder, const Descriptor& file, Entry& entry) const {
    if (entry.size == 0) return;
    FileSource source(file.get(), entry.size);
    const Probe probe{entry.name, source.head(), source};
    const std::string path = rules_.rule_book ? folder.path_of(entry.name) : std::string();
    entry.claimed =
        is_claimed(rules_at(rules_, path), path, path, probe) && !passed_over(folder, entry, probe);
  }

  bool is_known(const Folder& folder, const Descriptor& opened, Entry& entry) const {
    look_from_outside(opened, entry);
    const auto known = task_.cache->known(entry, folder.path_of(entry.name));
    if (!known) return false;
    entry.known = true;
    entry.asked = known->asked;
    entry.claimed = entry.recognized = known->recognized;
    return true;
  }

  bool passed_over(const Folder& folder, const Entry& entry, const Probe& probe) const {
    if (!task_.passes_over) return false;
    const Normalizer* format = find_normalizer(probe);
    return task_.passes_over(folder.path_of(entry.name), format ? format->name() : kRuleFormat);
  }

  static void take_for_claimed(const Descriptor& folder, Entry& entry) {
    look_from_outside(folder, entry);
    entry.claimed = entry.size > 0;
  }

  static void look_from_outside(const Descriptor& folder, Entry& entry) {
    struct stat status {};
    if (::fstatat(folder.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno("cannot look at it");
    if (!S_ISREG(status.st_mode)) throw ChangedMeanwhile();
    remember(entry, status);
  }

  static void look_at_link(const Descriptor& folder, Entry& entry) {
    struct stat status {};
    if (::fstatat(folder.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno("cannot look at it");
    if (!S_ISLNK(status.st_mode)) throw ChangedMeanwhile();
    remember(entry, status);
  }

  Tree& tree_;
  const Task& task_;
  const Rules& rules_;
  std::set<Identity> roots_;
  WorkStack<Job> stack_;
  std::mutex mutex_;  // of tree_.folders as a list, and of tree_.failures
};

}  // namespace

Tree walk(const Task& task, const Rules& rules) {
  Tree tree;
  if (task.progress) task.progress->begin("looking for files");
  add_given_paths(tree, task);
  Walker(tree, task, rules).run();
  return tree;
}

}  // namespace normalize
