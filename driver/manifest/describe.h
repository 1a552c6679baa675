#pragma once

#include <functional>

#include "driver/tree/normal_tree.h"

namespace normalize {

/// A name of a tree, and what its bytes are once normal.
struct Described {
  NormalName name;
  std::uint64_t size = 0;            // of a file
  std::vector<std::string> digests;  // of a file, hexadecimal, in the order of the algorithms
};

/// Looks at every name of `tree` on `jobs` workers, each file's bytes read once, and calls
/// `use(index, described)` for each: any thread, any order. Digests are by `algorithms`, as
/// message_digest() calls them. Returns what there is to say of names, in their order; one that
/// could not be described has failed, and `use` has not heard of it.
std::vector<FileReport> describe(const NormalTree& tree, const std::vector<std::string>& algorithms,
                                 unsigned jobs,
                                 const std::function<void(std::size_t, const Described&)>& use);

}  // namespace normalize
