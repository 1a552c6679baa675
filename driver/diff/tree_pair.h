#pragma once

#include "driver/diff/result.h"
#include "driver/report/progress.h"
#include "driver/tree/normal_tree.h"

namespace normalize::diff {

/// What a comparison of trees or files is told.
struct TreePair {
  const NormalTree& a;
  const NormalTree& b;
  const Rules& rules;
  Services* services;
  unsigned jobs = 1;
  Progress* progress = nullptr;  // may be null
};

/// Compares what stands under each name, on `jobs` workers: first by size and bytes, and only where
/// these differ by normal forms. The same result for any number of jobs.
Comparison compare_trees(const TreePair& pair);

/// Compares two files, whatever they are called.
Comparison compare_files(const TreePair& pair);

}  // namespace normalize::diff
