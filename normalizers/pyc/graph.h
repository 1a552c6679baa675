#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "normalizers/bytes/bytes.h"
#include "normalizers/pyc/version.h"

namespace normalize::pyc {

/// What an object is: the type code of marshal.c, one of them where there are several.
enum class Kind : char {
  null = '0',  // ends a dict
  none = 'N',
  false_ = 'F',
  true_ = 'T',
  stop_iteration = 'S',
  ellipsis = '.',
  int32 = 'i',
  int64 = 'I',
  long_ = 'l',
  text_float = 'f',
  text_complex = 'x',
  float_ = 'g',
  complex = 'y',
  bytes = 's',  // str in Python 2, where t is the interned one
  text = 'u',   // also a A z Z, and t since 3.0
  tuple = '(',  // also )
  list = '[',
  set = '<',
  frozenset = '>',
  dict = '{',
  frozendict = '}',
  slice = ':',
  code = 'c',
  line = '#',  // co_firstlineno, which stands among the objects of a code object and is none
};

/// A node by its place in Graph::nodes.
using NodeId = std::uint32_t;

/// One object of a marshal stream. With four bytes for each mention of it in a container, that is
/// all an object costs.
struct Node {
  const std::byte* data = nullptr;  // payload of a number, bytes or text; the numbers of a code
  std::uint32_t size = 0;           // of `data`
  std::uint32_t first_child = 0;    // in Graph::children
  std::uint32_t child_count = 0;    // a dict's keys and values count one each
  NodeId same_as = 0;               // the node that stands for this one once equals are merged
  std::uint32_t uses = 0;  // how often the normal form mentions it; not counted for constants
  Kind kind = Kind::null;
  bool interned = false;
  bool process_dependent_hash = false;

  ByteView bytes() const { return {data, size}; }
};
static_assert(sizeof(Node) <= 32);

/// The objects of one marshal stream and who holds whom. Views the bytes it was read from.
struct Graph {
  /// The constants come first, once each, at the places of kConstants; then every object in the
  /// order in which it begins in the stream.
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  /// Containers in the order in which they end: but for cycles, children before their parents.
  std::vector<NodeId> completed;
  std::vector<NodeId> codes;
  NodeId root = 0;
  /// Texts that stand in no input.
  std::deque<Bytes> own_texts;

  std::span<NodeId> children_of(const Node& node) {
    return {children.data() + node.first_child, node.child_count};
  }
  std::span<const NodeId> children_of(const Node& node) const {
    return {children.data() + node.first_child, node.child_count};
  }
  const Node& merged(NodeId id) const { return nodes[nodes[id].same_as]; }
};

inline constexpr Kind kConstants[] = {Kind::null,  Kind::none,           Kind::false_,
                                      Kind::true_, Kind::stop_iteration, Kind::ellipsis};

/// Whether every mention of the object is written out: it has no identity of its own to keep.
inline bool is_constant(NodeId id) { return id < std::size(kConstants); }

/// Objects nested deeper than CPython's own MAX_MARSHAL_STACK_DEPTH are refused.
inline constexpr std::size_t kMaxDepth = 2000;

}  // namespace normalize::pyc
