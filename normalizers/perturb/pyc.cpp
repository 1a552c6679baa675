// Compiled Python: what else the compiling process had done shows in the order of sets, in which
// objects have FLAG_REF, and in which equal objects are one.

#include "normalizers/bytes/reader.h"
#include "normalizers/perturb/shake.h"
#include "normalizers/pyc/canonical.h"
#include "normalizers/pyc/marshal_reader.h"
#include "normalizers/pyc/marshal_writer.h"

namespace normalize::perturb {
namespace {

using namespace pyc;

void shuffle(std::span<NodeId> elements, NoiseSource& numbers) {
  for (std::size_t left = elements.size(); left > 1; --left)
    std::swap(elements[left - 1], elements[numbers.below(left)]);
}

/// Sets of numbers alone are in one order always.
bool has_order_by_chance(const Node& node) {
  return (node.kind == Kind::set || node.kind == Kind::frozenset) && node.process_dependent_hash;
}

bool is_split(const Graph& graph, NodeId id, const Version& version) {
  const Node& node = graph.nodes[id];
  const bool leaf = node.child_count == 0 && node.kind != Kind::frozenset;
  return leaf && node.uses > 1 && may_merge(node, version);
}

/// Gives some mentions of an object an equal one of their own.
void split_some(Graph& graph, const Version& version, NoiseSource& numbers) {
  for (std::size_t i = 0; i < graph.children.size(); ++i) {
    const NodeId id = graph.nodes[graph.children[i]].same_as;
    if (is_constant(id) || !is_split(graph, id, version) || !numbers.once_in(8)) continue;
    --graph.nodes[id].uses;
    Node copy = graph.nodes[id];
    copy.uses = 1;
    copy.same_as = static_cast<NodeId>(graph.nodes.size());
    graph.children[i] = copy.same_as;
    graph.nodes.push_back(copy);
  }
}

/// An object is flagged where something else than the code held it, too.
void flag_some(Graph& graph, NoiseSource& numbers) {
  for (Node& node : graph.nodes)
    if (node.uses == 1 && numbers.once_in(4)) node.uses = 2;
}

}  // namespace

Content shake_pyc(ByteView file, Shaker& shaker) {
  const auto version = version_of(file);
  if (!version) return Content::view(file);
  Reader in(file);
  const ByteView header = in.take(version->header_bytes, "header");
  const ByteView object = in.rest();
  Stream stream = read_code(in, *version);
  Graph& graph = stream.graph;
  canonicalize(graph, *version, shaker.rules(), object.size());
  for (Node& node : graph.nodes)
    if (has_order_by_chance(node)) shuffle(graph.children_of(node), shaker.numbers);
  split_some(graph, *version, shaker.numbers);
  flag_some(graph, shaker.numbers);
  Content shaken = Content::view(header);
  shaken.append(Content::own(write_code(graph, *version, object.size()).bytes));
  shaken.append(Content::view(in.rest()));
  return shaken;
}

}  // namespace normalize::perturb
