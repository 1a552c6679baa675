#include "normalizers/pyc/set_order.h"

#include "normalizers/error.h"
#include "normalizers/pyc/marshal_writer.h"

namespace normalize::pyc {
namespace {

// Compilers nest constants two or three deep.
constexpr unsigned kMaxElementDepth = 60;
constexpr std::size_t kBudgetRatio = 16, kBudgetFloor = std::size_t{64} << 10;

bool less(ByteView a, ByteView b) {
  const std::size_t common = std::min(a.size(), b.size());
  const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
  return order != 0 ? order < 0 : a.size() < b.size();
}

}  // namespace

SetOrder::SetOrder(const Graph& graph, const Version& version, std::size_t input_bytes)
    : graph_(graph), version_(version), budget_(input_bytes * kBudgetRatio + kBudgetFloor) {}

bool SetOrder::sort(std::span<NodeId> elements) {
  keys_.clear();
  elements_.clear();
  for (const NodeId id : elements) {
    const std::size_t begin = keys_.size();
    append_key(id, 0);
    elements_.push_back({begin, keys_.size() - begin, id});
  }
  std::ranges::stable_sort(
      elements_, [&](const Element& a, const Element& b) { return less(key(a), key(b)); });
  bool moved = false;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    moved |= graph_.nodes[elements[i]].same_as != graph_.nodes[elements_[i].id].same_as;
    elements[i] = elements_[i].id;
  }
  return moved;
}

void SetOrder::append(ByteView bytes) {
  if (bytes.size() > budget_)
    throw LimitError("the elements of its sets hold each other too many times over");
  budget_ -= bytes.size();
  keys_.insert(keys_.end(), bytes.begin(), bytes.end());
}

/// What marshal would write, without flags and references, and with the elements of inner sets
/// sorted: it differs for different content, and holds nothing but that.
void SetOrder::append_key(NodeId id, unsigned depth) {
  if (depth > kMaxElementDepth)
    throw LimitError("elements of a set nest deeper than " + std::to_string(kMaxElementDepth) +
                     " levels");
  const Node& node = graph_.nodes[id];
  switch (node.kind) {
    case Kind::text:
      append(text_head(node, version_).view());
      return append(node.bytes());
    case Kind::bytes:
      append(sized_head('s', node.size).view());
      return append(node.bytes());
    case Kind::tuple:
      append(tuple_head(node.child_count, version_).view());
      return append_children(node, depth);
    case Kind::frozenset:
      append(sized_head('>', node.child_count).view());
      return append_sorted(node, depth);
    case Kind::frozendict:
    case Kind::slice:
    case Kind::code:
      append(short_head(static_cast<char>(node.kind)).view());
      append(node.bytes());
      return append_children(node, depth);
    case Kind::list:
    case Kind::dict:
    case Kind::set:
      throw FormatError(0, "a set holds what has no hash");
    case Kind::line:
      return append(node.bytes());
    default:
      append(short_head(static_cast<char>(node.kind)).view());
      return append(node.bytes());
  }
}

void SetOrder::append_children(const Node& node, unsigned depth) {
  for (const NodeId child : graph_.children_of(node)) append_key(child, depth + 1);
}

void SetOrder::append_sorted(const Node& node, unsigned depth) {
  const std::size_t start = keys_.size();
  std::vector<Element> inner;
  for (const NodeId child : graph_.children_of(node)) {
    const std::size_t begin = keys_.size();
    append_key(child, depth + 1);
    inner.push_back({begin, keys_.size() - begin, child});
  }
  std::ranges::sort(inner,
                    [&](const Element& a, const Element& b) { return less(key(a), key(b)); });
  Bytes sorted;
  sorted.reserve(keys_.size() - start);
  for (const Element& element : inner) {
    const ByteView bytes = key(element);
    sorted.insert(sorted.end(), bytes.begin(), bytes.end());
  }
  std::ranges::copy(sorted, keys_.begin() + static_cast<std::ptrdiff_t>(start));
}

}  // namespace normalize::pyc
