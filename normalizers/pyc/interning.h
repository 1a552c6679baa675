#pragma once

#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// Marks as interned the strings that are so by chance: whether CPython interns them depends on
/// what else the process has interned before. Returns how many. Throws LimitError where code
/// objects share constants more often than a compiler could have made them.
std::uint64_t intern_chance_strings(Graph& graph, const Version& version);

}  // namespace normalize::pyc
