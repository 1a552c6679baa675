#pragma once

#include <map>
#include <unordered_map>

#include "driver/store/build.h"
#include "driver/store/catalogue.h"

namespace normalize::store {

/// Finds, among the files of an earlier build, the one that a new file is like.
class Likeness {
 public:
  /// What it is given outlives it. An empty build is like nothing.
  Likeness(const Build& build, const Catalogue& catalogue);

  /// The file of the same path; else the one that has most content in common; else one whose name
  /// is the same but for digits. Its digest, of the normal form.
  std::optional<Digest> closest(const std::string& path, const FileBytes& bytes,
                                const Sketch& sketch) const;
  /// What the file of the same path was before it was normal, where its normal form is the same.
  std::optional<Digest> original_of(const std::string& path, const Digest& normal) const;
  /// The file, or part of a large one, that has most content in common.
  std::optional<Digest> by_content(const Sketch& sketch) const;

 private:
  void add(const Digest& digest, const Catalogue& catalogue);
  std::optional<Digest> by_name(const std::string& path, std::uint64_t size) const;

  const Build& build_;
  struct Known {
    Digest digest;
    Sketch sketch;
  };
  std::vector<Known> known_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_feature_;  // indices of known_
  std::multimap<std::string, std::size_t> by_stem_;                 // indices of build_
};

}  // namespace normalize::store
