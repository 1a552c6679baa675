#pragma once

#include <string_view>
#include <unordered_map>

#include "driver/tree/tree.h"
#include "normalizers/context.h"

namespace normalize {

/// The files of the tree as their neighbours see them, by the paths of the report. Answers the same
/// at every moment of a run, however many files have been replaced by then. Serves all workers.
class DiskNeighbours final : public Neighbours {
 public:
  /// What it is given outlives it.
  DiskNeighbours(const Tree& tree, const Rules& rules);

  std::optional<Neighbour> find(std::string_view name) const override;
  std::optional<Bytes> read(std::string_view name) const override;

 private:
  struct Place {
    const Folder* folder = nullptr;  // null where the walk has not been there
    const Entry* entry = nullptr;    // null where the file is no part of the run
    std::string_view name;           // in the folder
  };
  Place place_of(std::string_view path) const;
  Descriptor open(const Place& place, std::string_view path, struct stat& status) const;

  const Tree& tree_;
  const Rules& rules_;
  std::unordered_map<std::string_view, const Folder*> folders_;  // by path; never iterated
};

}  // namespace normalize
