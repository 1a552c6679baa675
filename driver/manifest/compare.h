#pragma once

#include "driver/manifest/specification.h"

namespace normalize {

/// Where a tree is not what a specification says. Without a keyword, the name itself is missing
/// (`found` is empty) or one too many (`expected` is).
struct Difference {
  std::string path;
  std::string_view keyword;
  std::string expected, found;
};

struct Comparison {
  std::vector<Difference> differences;  // sorted by path as bytes
  std::vector<FileReport> reports;      // as describe() has them
};

/// Compares a tree, as `apply` would leave it, with a specification, on `jobs` workers.
Comparison compare(const Specification& specification, const NormalTree& tree, unsigned jobs);

}  // namespace normalize
