#pragma once

#include "normalizers/pyc/graph.h"
#include "rules/rules.h"

namespace normalize::pyc {

/// What canonicalize() did to the objects.
struct Changes {
  std::uint64_t filenames = 0;                  // co_filename replaced
  std::uint64_t interned = 0;                   // strings marked as interned
  std::uint64_t sorted_sets = 0;                // put in order
  std::uint64_t reordered_scopes = 0;           // code objects whose cells came in another order
  std::uint64_t merged = 0;                     // objects that became one with another
  std::string filename_before, filename_after;  // of the first one
};

/// Brings the objects into the form that does not depend on what else the compiling process had
/// done: which strings it had interned, which equal objects it had merged, how it hashed. What
/// Python loads stays equal in type and value, and objects that were one stay one; distinct ones
/// become one only where another process, compiling the same source, would have made them so.
/// Afterwards `uses` is counted. `input_bytes` is the size of the stream the graph was read from.
Changes canonicalize(Graph& graph, const Version& version, const Rules& rules,
                     std::size_t input_bytes);

/// Whether canonicalize() may make distinct objects one that are equal to this one.
bool may_merge(const Node& node, const Version& version);

}  // namespace normalize::pyc
