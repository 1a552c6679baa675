#pragma once

#include <span>
#include <vector>

#include "driver/tree/tree.h"

namespace normalize {

/// One name of a file, where it stands.
struct NameOf {
  Folder* folder;
  Entry* entry;
  std::string path() const { return folder->path_of(entry->name); }
};

/// The files and symbolic links of a tree, each once, however many names it has.
class Inodes {
 public:
  /// Sorts the names of `tree`, which outlives this. Names that could not be looked at are left
  /// out. Every name but a file's first is marked as settled: it has no time of its own.
  explicit Inodes(Tree& tree);

  /// One file's names, sorted by path as bytes.
  using Names = std::span<const NameOf>;
  const std::vector<Names>& all() const { return all_; }

 private:
  std::vector<NameOf> names_;
  std::vector<Names> all_;
};

}  // namespace normalize
