#pragma once

#include "normalizers/pyc/marshal_reader.h"

namespace normalize::pyc {

/// What an object begins with: its type code, and a length where there is one.
struct Head {
  std::byte bytes[5];
  std::uint8_t size;
  ByteView view() const { return {bytes, size}; }
};

Head short_head(char code);
Head sized_head(char code, std::size_t length);
/// The shortest of the codes for texts and tuples that the version knows: what CPython writes.
Head text_head(const Node& node, const Version& version);
Head tuple_head(std::size_t length, const Version& version);

struct Written {
  Bytes bytes;
  StreamStatistics statistics;
  std::vector<std::uint32_t> numbers;  // of each node in r, or in R of Python 2; all ones for none
};

/// Writes the graph from its root, `same_as` nodes in place of those they stand for. An object used
/// more than once, and no other, is flagged at its first mention and numbered in that order.
/// `likely_bytes` is how long the result probably is.
Written write_code(const Graph& graph, const Version& version, std::size_t likely_bytes);

}  // namespace normalize::pyc
