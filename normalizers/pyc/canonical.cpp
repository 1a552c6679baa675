#include "normalizers/pyc/canonical.h"

#include <array>
#include <map>

#include "normalizers/pyc/cells.h"
#include "normalizers/pyc/interning.h"
#include "normalizers/pyc/node_table.h"
#include "normalizers/pyc/set_order.h"

namespace normalize::pyc {
namespace {

constexpr NodeId kNone = 0xffff'ffff;
/// The ints that exist once a process (_PY_NSMALLNEGINTS and _PY_NSMALLPOSINTS).
constexpr int kSmallest = -5, kLargest = 256;

int int_value(const Node& node) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= std::to_integer<std::uint32_t>(node.data[i]) << (8 * i);
  return static_cast<int>(value);
}

bool is_small_int(const Node& node) {
  return node.kind == Kind::int32 && int_value(node) >= kSmallest && int_value(node) <= kLargest;
}

class Canonicalizer {
 public:
  Canonicalizer(Graph& graph, const Version& version, std::size_t input_bytes)
      : graph_(graph), version_(version), order_(graph, version, input_bytes) {
    small_ints_.fill(kNone);
  }

  Changes run(const Rules& rules) {
    if (!rules.path_map.empty()) map_filenames(rules);
    changes_.reordered_scopes = sort_cells(graph_, version_);
    changes_.interned = intern_chance_strings(graph_, version_);
    for (NodeId id = 0; id < graph_.nodes.size(); ++id) merge_leaf(id);
    for (const NodeId id : graph_.completed) settle_container(id);
    count_uses();
    return std::move(changes_);
  }

 private:
  void map_filenames(const Rules& rules) {
    std::map<NodeId, NodeId> mapped;  // code objects go on sharing what they share
    for (const NodeId code : graph_.codes) {
      const Node& node = graph_.nodes[code];
      NodeId& filename =
          graph_.children[node.first_child + static_cast<unsigned>(version_.layout->filename)];
      const auto [found, is_new] = mapped.emplace(filename, filename);
      if (is_new) found->second = map_filename(filename, rules);
      filename = found->second;
    }
  }

  NodeId map_filename(NodeId id, const Rules& rules) {
    const Node& node = graph_.nodes[id];
    if (node.kind != Kind::text && node.kind != Kind::bytes) return id;
    const std::string before(as_text(node.bytes()));
    const std::string after = rules.mapped_path(before);
    if (after == before) return id;
    if (changes_.filenames++ == 0) {
      changes_.filename_before = before;
      changes_.filename_after = after;
    }
    const ByteView text = as_bytes(after);
    const Bytes& stored = graph_.own_texts.emplace_back(text.begin(), text.end());
    Node copy = node;
    copy.data = stored.data();
    copy.size = static_cast<std::uint32_t>(stored.size());
    copy.process_dependent_hash = !stored.empty();
    copy.same_as = static_cast<NodeId>(graph_.nodes.size());
    graph_.nodes.push_back(copy);
    return copy.same_as;
  }

  /// Loading makes one object of these anyway: they are interned or exist once a process.
  void merge_leaf(NodeId id) {
    const Node& node = graph_.nodes[id];
    if (!may_merge(node, version_)) return;
    switch (node.kind) {
      case Kind::int32:
        return merge_into(small_ints_[static_cast<std::size_t>(int_value(node) - kSmallest)], id);
      case Kind::tuple:
        return merge_into(empty_tuple_, id);
      case Kind::bytes:
        if (!node.interned) return merge_into(empty_bytes_, id);
        return merge_text(id, node);
      case Kind::text:
        return merge_text(id, node);
      default:
        return;
    }
  }

  void merge_into(NodeId& first, NodeId id) {
    if (first == kNone) first = id;
    merge(id, first);
  }

  void merge_text(NodeId id, const Node& node) {
    merge(id, texts_.find_or_add(hash_of(node.bytes()), id, [&](NodeId other) {
      return equal(graph_.nodes[other].bytes(), node.bytes());
    }));
  }

  void merge(NodeId id, NodeId first) {
    if (id == first) return;
    graph_.nodes[id].same_as = first;
    ++changes_.merged;
  }

  void settle_container(NodeId id) {
    Node& node = graph_.nodes[id];
    switch (node.kind) {
      case Kind::tuple:
      case Kind::slice:
        node.process_dependent_hash = any_child_hash_depends(node);
        return;
      case Kind::set:
      case Kind::frozenset:
        node.process_dependent_hash = any_child_hash_depends(node);
        // A set of numbers alone is in the same order always, which iterating over it may show.
        if (node.child_count > 1 && node.process_dependent_hash &&
            order_.sort(graph_.children_of(node)))
          ++changes_.sorted_sets;
        if (may_merge(node, version_)) merge_set(id, node);
        return;
      default:
        return;
    }
  }

  bool any_child_hash_depends(const Node& node) const {
    return std::ranges::any_of(graph_.children_of(node), [&](NodeId child) {
      return graph_.nodes[child].process_dependent_hash;
    });
  }

  /// 3.8 and later make equal frozensets of a module one object, but for those that they build anew
  /// because a string within had been interned before (intern_string_constants()).
  void merge_set(NodeId id, const Node& node) {
    const std::vector<NodeId> elements = sorted_elements(node);
    merge(id, sets_.find_or_add(hash_of(std::as_bytes(std::span(elements))), id, [&](NodeId other) {
      const Node& set = graph_.nodes[other];
      return set.child_count == elements.size() && sorted_elements(set) == elements;
    }));
  }

  std::vector<NodeId> sorted_elements(const Node& node) const {
    std::vector<NodeId> elements;
    elements.reserve(node.child_count);
    for (const NodeId child : graph_.children_of(node))
      elements.push_back(graph_.nodes[child].same_as);
    std::ranges::sort(elements);
    return elements;
  }

  void count_uses() {
    for (Node& node : graph_.nodes) node.uses = 0;
    graph_.nodes[graph_.root].uses = 1;
    for (NodeId id = 0; id < graph_.nodes.size(); ++id) {
      const Node& node = graph_.nodes[id];
      if (node.same_as != id) continue;
      for (const NodeId child : graph_.children_of(node))
        ++graph_.nodes[graph_.nodes[child].same_as].uses;
    }
  }

  Graph& graph_;
  const Version& version_;
  SetOrder order_;
  Changes changes_;
  NodeTable texts_, sets_;
  std::array<NodeId, kLargest - kSmallest + 1> small_ints_;
  NodeId empty_bytes_ = kNone, empty_tuple_ = kNone;
};

}  // namespace

bool may_merge(const Node& node, const Version& version) {
  if (!version.has_references())
    return version.major == 2 && node.kind == Kind::bytes && node.interned;
  switch (node.kind) {
    case Kind::text:
      return node.interned;
    case Kind::bytes:
      return node.size == 0;
    case Kind::tuple:
      return node.child_count == 0;
    case Kind::int32:
      return is_small_int(node);
    case Kind::frozenset:
      return version.at_least(3, 8);
    default:
      return false;
  }
}

Changes canonicalize(Graph& graph, const Version& version, const Rules& rules,
                     std::size_t input_bytes) {
  return Canonicalizer(graph, version, input_bytes).run(rules);
}

}  // namespace normalize::pyc
