#pragma once

#include <optional>
#include <string>
#include <vector>

#include "normalizers/tar/archive.h"

namespace normalize::tar {

/// The members of an archive by the place they are extracted to: "a", "./a" and "a//" are one
/// place. Sorts once; every question after that costs a binary search.
class PathIndex {
 public:
  explicit PathIndex(const std::vector<Entry>& entries);

  /// Why members cannot change places without a change in what is extracted; empty where they can.
  const std::string& objection() const { return objection_; }

  /// The only member extracted to `path`; unset where there is none, or several.
  std::optional<std::size_t> find(std::string_view path) const;

 private:
  struct Place {
    std::string key;
    std::size_t entry;
  };
  void look_for_hazards(const std::vector<Entry>& entries);

  std::vector<Place> places_;  // sorted by key
  std::string objection_;
};

}  // namespace normalize::tar
