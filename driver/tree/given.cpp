#include "driver/tree/given.h"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "driver/tree/trailing_slashes.h"

namespace normalize {
namespace {

/// Descriptors held for roots, so that short lists of trees cost no reopening.
constexpr std::size_t kHeldRoots = 32;

class Given {
 public:
  Given(Tree& tree, const Task& task) : tree_(tree), task_(task) {}

  void add(const std::string& path) {
    if (path.empty()) throw_errno("\"\"", ENOENT);
    Descriptor folder = open_given(opened_as(path), kPassThrough);
    if (folder) return add_folder(path, std::move(folder));
    // A link, opened as a folder: ENOTDIR on Linux, ELOOP by POSIX, EMLINK on FreeBSD.
    const bool no_folder = errno == ENOTDIR || errno == ELOOP || errno == EMLINK;
    if (!no_folder || path.ends_with('/')) throw_errno(path);
    add_entry(path);
  }

  void finish() {
    for (Folder& folder : tree_.folders) sort_names(folder);
  }

 private:
  /// "link/" is the folder behind the link: POSIX says so (section 4.13, Pathname Resolution), and
  /// it is what somebody means who writes it.
  static std::string opened_as(const std::string& path) {
    return path.ends_with('/') ? path + '.' : path;
  }

  Folder& new_folder(std::string path, const std::string& opened, const Descriptor& folder) {
    struct stat status {};
    if (::fstat(folder.get(), &status) != 0) throw_errno(path);
    tree_.roots.push_back({opened, identity_of(status), Descriptor()});
    Folder& added = tree_.folders.emplace_back();
    added.root = tree_.roots.size() - 1;
    added.below_root = path.size();
    added.path = std::move(path);
    added.identity = identity_of(status);
    added.mtime = mtime_of(status);
    added.mtime_after = added.mtime;
    return added;
  }

  void hold(Descriptor folder) {
    if (tree_.roots.size() <= kHeldRoots) tree_.roots.back().held = std::move(folder);
  }

  void add_folder(const std::string& path, Descriptor folder) {
    struct stat status {};
    if (::fstat(folder.get(), &status) != 0) throw_errno(path);
    if (!seen_.insert(identity_of(status)).second) return;
    new_folder(std::string(without_trailing_slashes(path)), opened_as(path), folder);
    hold(std::move(folder));
  }

  void add_entry(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
    const std::string name = path.substr(name_at);
    if (excluded(task_.excludes, name, name)) return;

    const std::string parent = path.substr(0, name_at) + '.';
    Descriptor opened = open_given(parent, kPassThrough);
    struct stat status {};
    if (!opened || ::fstatat(opened.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      throw_errno(path);
    Entry entry;
    entry.name = name;
    entry.given = true;
    entry.kind = S_ISREG(status.st_mode)   ? Entry::Kind::file
                 : S_ISLNK(status.st_mode) ? Entry::Kind::link
                                           : Entry::Kind::other;
    folder_of(parent, std::move(opened)).entries.push_back(std::move(entry));
  }

  /// The folder in which given files stand: `path` ends in "/.", or is ".".
  Folder& folder_of(const std::string& path, Descriptor opened) {
    const auto [at, is_new] = parents_.try_emplace(path, nullptr);
    if (is_new) {
      at->second = &new_folder(path.substr(0, path.size() - 1), path, opened);
      at->second->walked = false;
      hold(std::move(opened));
    }
    return *at->second;
  }

  Tree& tree_;
  const Task& task_;
  std::set<Identity> seen_;                 // given folders
  std::map<std::string, Folder*> parents_;  // of given files
};

bool matches(const std::string& pattern, const char* text) {
  return ::fnmatch(pattern.c_str(), text, FNM_PATHNAME) == 0;
}

}  // namespace

bool excluded(const std::vector<std::string>& excludes, std::string_view below,
              const std::string& name) {
  const std::string path(below);
  return std::ranges::any_of(excludes, [&](const std::string& pattern) {
    return matches(pattern, path.c_str()) || matches(pattern, name.c_str());
  });
}

void sort_names(Folder& folder) {
  std::ranges::sort(folder.entries, {}, &Entry::name);
  const auto [first, last] = std::ranges::unique(folder.entries, {}, &Entry::name);
  folder.entries.erase(first, last);
}

void add_given_paths(Tree& tree, const Task& task) {
  Given given(tree, task);
  for (const std::string& path : task.paths) given.add(path);
  given.finish();
}

}  // namespace normalize
