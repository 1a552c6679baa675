#pragma once

#include <cstring>

#include "normalizers/pyc/marshal_reader.h"

namespace normalize::pyc {

/// What an object begins with: its type code, and a length where there is one.
struct Head {
  std::byte bytes[5];
  std::uint8_t size;
  ByteView view() const { return {bytes, size}; }
};

inline Head short_head(char code) { return {{static_cast<std::byte>(code)}, 1}; }

inline Head sized_head(char code, std::size_t length) {
  Head head{{static_cast<std::byte>(code)}, 5};
  for (unsigned i = 0; i < 4; ++i) head.bytes[1 + i] = static_cast<std::byte>(length >> (8 * i));
  return head;
}

inline bool is_ascii(ByteView bytes) {
  std::uint64_t high = 0;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    high |= word;
  }
  for (; i < bytes.size(); ++i) high |= std::to_integer<std::uint64_t>(bytes[i]);
  return (high & 0x8080'8080'8080'8080) == 0;
}

/// The shortest of the codes for texts that the version knows: what CPython writes.
inline Head text_head(const Node& node, const Version& version) {
  if (version.marshal < 4 || !is_ascii(node.bytes()))
    return sized_head(node.interned ? 't' : 'u', node.size);
  if (node.size > 255) return sized_head(node.interned ? 'A' : 'a', node.size);
  return {{static_cast<std::byte>(node.interned ? 'Z' : 'z'), static_cast<std::byte>(node.size)},
          2};
}

/// Likewise for tuples.
inline Head tuple_head(std::size_t length, const Version& version) {
  if (version.marshal < 4 || length > 255) return sized_head('(', length);
  return {{std::byte{')'}, static_cast<std::byte>(length)}, 2};
}

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
