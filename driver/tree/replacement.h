#pragma once

#include <sys/stat.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "driver/tree/inodes.h"
#include "driver/tree/writable_folders.h"
#include "normalizers/bytes/content.h"

namespace normalize {

/// A temporary name in a folder of the tree, removed with whatever it names unless it is renamed.
class TemporaryName {
 public:
  /// `opened` is the folder itself, or empty: then it is opened again where that is needed.
  TemporaryName(const Tree& tree, const Folder& folder, std::string name, Descriptor opened)
      : tree_(&tree), folder_(&folder), name_(std::move(name)), opened_(std::move(opened)) {}
  TemporaryName(TemporaryName&& other) noexcept
      : tree_(std::exchange(other.tree_, nullptr)),
        folder_(other.folder_),
        name_(std::move(other.name_)),
        opened_(std::move(other.opened_)) {}
  TemporaryName& operator=(TemporaryName&&) = delete;
  ~TemporaryName();

  const std::string& name() const { return name_; }
  /// Removes it now, and lets go of `file`, which it leads to.
  void remove(Descriptor& file) noexcept;
  /// rename(2) within `opened`, the folder itself. Throws std::system_error.
  void rename(const Descriptor& opened, const std::string& target);

 private:
  const Tree* tree_;  // null once there is nothing to remove
  const Folder* folder_;
  std::string name_;
  Descriptor opened_;
};

/// What a file was when its bytes were read.
struct Original {
  Descriptor file;
  struct stat status;
};

/// Of a file's names in the tree, some lead to the new one and some to the old.
class PartlyReplaced : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// New content for one existing file, under each of its names in the tree. Invisible until
/// commit(); gone if never committed. Tree, folders and names outlive it.
class Replacement {
 public:
  /// Opens a temporary file beside the first name: rename(2) is atomic only within a file system.
  Replacement(const Tree& tree, WritableFolders& writable, Inodes::Names names, Original original);
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();

  void write(const Content& content);
  /// Gives the new file all that the old one is besides its bytes, and `mtime`; makes sure that the
  /// original is still what was read; renames the new file over each of the names. Folders keep
  /// their times. Throws std::system_error or ChangedMeanwhile, and then nothing has changed;
  /// or PartlyReplaced.
  void commit(DiskTime mtime);

 private:
  void prepare_link(const NameOf& name);
  void put_in_place(std::size_t index);
  void put_further_in_place(std::size_t index);
  void expect_unchanged(std::size_t index, const Descriptor& opened) const;

  const Tree& tree_;
  WritableFolders& writable_;
  const Inodes::Names names_;
  Original original_;
  // Destroyed from the bottom up: folders' permissions, which removing a temporary name needs, are
  // the last to go.
  std::vector<WritableFolders::Hold> holds_;
  Descriptor file_;
  std::vector<TemporaryName> temporaries_;  // one for each name, in their order
};

}  // namespace normalize
