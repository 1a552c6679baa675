#pragma once

#include "normalizers/pyc/graph.h"

namespace normalize::pyc {

/// Puts the elements of sets into an order that only their content decides. One serves one stream.
class SetOrder {
 public:
  /// `input_bytes` is what the stream measures: the content of its sets may be looked at that often
  /// and no oftener.
  SetOrder(const Graph& graph, const Version& version, std::size_t input_bytes);

  /// Sorts the elements of one set by content; equal ones keep their order. Returns whether that
  /// changed anything. Throws FormatError for an element that no set can hold, LimitError where
  /// the elements nest too deep or add up to too much.
  bool sort(std::span<NodeId> elements);

 private:
  struct Element {
    std::size_t begin, size;  // of its key, in keys_
    NodeId id;
  };

  void append_key(NodeId id, unsigned depth);
  void append_children(const Node& node, unsigned depth);
  void append_sorted(const Node& node, unsigned depth);
  void append(ByteView bytes);
  ByteView key(const Element& element) const {
    return ByteView(keys_).subspan(element.begin, element.size);
  }

  const Graph& graph_;
  const Version& version_;
  std::size_t budget_;
  Bytes keys_;
  std::vector<Element> elements_;
};

}  // namespace normalize::pyc
