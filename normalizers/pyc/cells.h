#pragma once

#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// Sorts co_cellvars and co_freevars by name, and has the instructions take the same variables as
/// before. Some patch levels of CPython 2.6 to 3.3 put them in the order of a dict, and so of the
/// hash seed; the ones before and after them sort like this or not at all, which the magic number
/// does not tell. A code object whose instructions are not just as the compiler makes them stays as
/// it is. Returns how many changed. Throws VerifyError where old and new instructions turn out to
/// take different variables.
std::uint64_t sort_cells(Graph& graph, const Version& version);

}  // namespace normalize::pyc
