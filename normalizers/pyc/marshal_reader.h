#pragma once

#include "normalizers/bytes/reader.h"
#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// Where the bytes of a marshal stream leave a choice, what they chose.
struct StreamStatistics {
  std::uint64_t flags = 0;       // FLAG_REF set
  std::uint64_t references = 0;  // r, and R of Python 2
  std::uint32_t highest = 0;     // number among those
  friend bool operator==(const StreamStatistics&, const StreamStatistics&) = default;
};

struct Stream {
  Graph graph;
  StreamStatistics statistics;
  std::vector<NodeId> references;  // the objects by their number in r, or in R of Python 2
};

/// Reads one object, which has to be a code object; `in` then stands behind it. The graph views the
/// bytes of `in`, and takes memory in proportion to them, whatever lengths the stream claims.
/// Throws FormatError, LimitError where objects nest deeper than kMaxDepth.
Stream read_code(Reader& in, const Version& version);

}  // namespace normalize::pyc
