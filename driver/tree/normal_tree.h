#pragma once

#include <map>
#include <memory>
#include <vector>

#include "driver/pipeline.h"
#include "driver/tree/attributes.h"
#include "driver/tree/disk_neighbours.h"
#include "driver/tree/inodes.h"
#include "driver/tree/normal_file.h"

namespace normalize {

/// What a name of a tree is besides its bytes, as the rules have it.
struct NormalName {
  enum class Type { file, folder, link, character, block, pipe, socket };
  Type type = Type::file;
  std::uint32_t mode = 0;  // permissions and special bits alone
  std::int64_t uid = 0, gid = 0;
  std::string uname, gname;            // empty where the rules want none, or the system knows none
  DiskTime mtime;                      // as it would be on disk
  std::uint64_t links = 1;             // st_nlink
  std::uint64_t size = 0;              // of a file that no format claims; others have to be opened
  bool has_holes = false;              // fewer bytes on disk than `size`
  std::uint32_t major = 0, minor = 0;  // of a device
  std::string target;                  // of a symbolic link
};

/// A folder that is kept open between one of its names and the next.
class OpenFolder {
 public:
  explicit OpenFolder(const Tree& tree) : tree_(tree) {}
  /// Good until the next call. Throws as Tree::open() does.
  const Descriptor& open(const Folder& folder);

 private:
  const Tree& tree_;
  const Folder* folder_ = nullptr;
  Descriptor opened_;
};

/// How names are spelled: by their path below the tree they are in, or as they were given.
enum class Naming { below_root, as_given };

/// All names of a tree in the order that archives have them in, as bytes, each with what `apply`
/// would leave on disk. Changes nothing there. Serves any number of threads at once.
class NormalTree {
 public:
  /// Walks. `rules` and `services` outlive it. Throws as walk() does; for names that are absolute
  /// or lead out of where they are, UsageError.
  NormalTree(const Task& task, const Rules& rules, Services* services, Naming naming);
  NormalTree(const NormalTree&) = delete;
  NormalTree& operator=(const NormalTree&) = delete;

  std::size_t size() const { return names_.size(); }
  /// A folder's ends in '/'; the root of a tree is "".
  const std::string& path(std::size_t index) const { return names_[index].path; }
  /// As reports have it.
  std::string full_path(std::size_t index) const;
  /// The index of the name whose hard link this one is; unset for the first name of a file.
  std::optional<std::size_t> link_to(std::size_t index) const;
  bool is_folder(std::size_t index) const { return names_[index].entry == nullptr; }
  /// Whether it has bytes.
  bool is_file(std::size_t index) const;
  /// Whether some format claims it: opening it then takes what normalizing takes.
  bool is_claimed(std::size_t index) const;
  /// Whether it is a name of this file.
  bool is_name_of(std::size_t index, const Identity& file) const {
    return is_file(index) && names_[index].entry->identity == file;
  }
  /// As the walk found it.
  std::uint64_t size_on_disk(std::size_t index) const;

  OpenFolder folder() const { return OpenFolder(tree_); }
  /// Throws std::system_error, or ChangedMeanwhile.
  NormalName look(std::size_t index, OpenFolder& folder) const {
    return look_twice(index, folder).normal;
  }
  /// The same, and what is on disk now; that without names of owners.
  struct Names {
    NormalName normal, on_disk;
  };
  Names look_twice(std::size_t index, OpenFolder& folder) const;
  /// A file as it is on disk, open. Throws as open_as_walked() does.
  struct OpenFile {
    Names names;
    Descriptor file;
  };
  OpenFile open_on_disk(std::size_t index, OpenFolder& folder) const;
  /// A file's bytes. Throws as NormalFile's constructor does.
  std::unique_ptr<NormalFile> open(std::size_t index, OpenFolder& folder) const;
  /// The extended attributes of any name, sorted. Throws std::system_error.
  Attributes attributes(std::size_t index, OpenFolder& folder) const;

  /// What could not be looked at.
  const std::vector<Tree::Failure>& failures() const { return tree_.failures; }

  /// Begins a step of the task's progress that passes over every name, and counts one as done.
  void begin_step(std::string_view step) const;
  void add_progress(std::size_t index) const {
    normalize::add_progress(progress_, size_on_disk(index));
  }

 private:
  struct Name {
    std::string path;
    const Folder* folder;
    const Entry* entry;  // null for the folder itself
  };
  void add_names(Naming naming);
  void add(Naming naming, const Folder& folder, const Entry* entry);
  void find_links();

  const Rules& rules_;
  Services* const services_;
  Progress* const progress_;
  Tree tree_;
  std::unique_ptr<DiskNeighbours> neighbours_;
  std::vector<Name> names_;
  std::map<std::size_t, std::size_t> links_;  // a further name of a file to its first
};

}  // namespace normalize
