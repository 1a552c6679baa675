#pragma once

#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// Holds a graph that went through canonicalize() against what its normal form reads back as: the
/// same types and values, and the same objects but for those that may be merged. `before` still has
/// every object it was read with. Throws VerifyError that says what differs.
void check_equivalence(const Graph& before, const Graph& after, const Version& version);

}  // namespace normalize::pyc
