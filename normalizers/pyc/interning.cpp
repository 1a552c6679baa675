#include "normalizers/pyc/interning.h"

#include "normalizers/error.h"

namespace normalize::pyc {
namespace {

class Interning {
 public:
  Interning(Graph& graph, const Version& version) : graph_(graph), version_(version) {}

  std::uint64_t run() {
    if (interns_only_names_of_code()) intern_nested_names();
    if (version_.has_references()) intern_single_characters();
    if (version_.layout->qualname >= 0) intern_class_names();
    return count_;
  }

 private:
  void intern(Node& node) {
    if (node.interned) return;
    node.interned = true;
    ++count_;
  }

  /// PyCode_New() of 2.4 to 2.7 and of 3.4 interns what looks like a name among co_consts, but not
  /// within tuples there. A tuple's string is the same object as the constant it was folded from,
  /// so it too is interned, unless the process had interned that text before. (3.0 to 3.3 write no
  /// interned strings; since 3.5 CPython looks into tuples.)
  bool interns_only_names_of_code() const {
    if (version_.major == 2) return version_.marshal >= 1;
    return version_.major == 3 && version_.minor == 4;
  }

  void intern_nested_names() {
    std::vector<bool> seen(graph_.nodes.size());
    std::vector<NodeId> within;
    for (const NodeId code : graph_.codes) {
      const Node& consts = graph_.nodes[graph_.children_of(graph_.nodes[code])[kConsts]];
      if (consts.kind != Kind::tuple) continue;
      for (const NodeId constant : graph_.children_of(consts))
        if (is_collection(constant)) within.push_back(constant);
    }
    while (!within.empty()) {
      const NodeId id = within.back();
      within.pop_back();
      if (seen[id]) continue;
      seen[id] = true;
      for (const NodeId element : graph_.children_of(graph_.nodes[id])) {
        if (is_collection(element)) within.push_back(element);
        Node& node = graph_.nodes[element];
        if (node.kind == string_kind() && looks_like_name(node.bytes())) intern(node);
      }
    }
  }

  bool is_collection(NodeId id) const {
    const Kind kind = graph_.nodes[id].kind;
    return kind == Kind::tuple || kind == Kind::frozenset;
  }

  Kind string_kind() const { return version_.major == 2 ? Kind::bytes : Kind::text; }

  /// all_name_chars() in Objects/codeobject.c, which stops at a NUL in all versions but 2.7.
  bool looks_like_name(ByteView bytes) const {
    const bool stops_at_nul = !(version_.major == 2 && version_.minor == 7);
    for (const std::byte byte : bytes) {
      const auto c = std::to_integer<unsigned char>(byte);
      if (c == 0 && stops_at_nul) return true;
      const bool fits =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z');
      if (!fits) return false;
    }
    return true;
  }

  /// The empty text and those of one Latin-1 character exist once a process; they are interned if
  /// anything at all has interned them.
  void intern_single_characters() {
    for (Node& node : graph_.nodes)
      if (node.kind == Kind::text && !node.interned && is_single(node.bytes())) intern(node);
  }

  /// As UTF-8, the characters from U+0080 to U+00FF begin with 0xc2 or 0xc3.
  static bool is_single(ByteView bytes) {
    if (bytes.size() <= 1) return bytes.empty() || bytes[0] < std::byte{0x80};
    return bytes.size() == 2 && (bytes[0] == std::byte{0xc2} || bytes[0] == std::byte{0xc3});
  }

  /// The body of a class holds its own qualified name as a constant, the object that is also its
  /// co_qualname. That one is interned in place; but if the text had been interned before, only
  /// co_qualname is replaced by the interned object (seen since 3.13).
  void intern_class_names() {
    // Compilers share constants of equal content, so sums over shared tuples stay small.
    std::size_t budget = 64 * graph_.nodes.size();
    for (const NodeId code : graph_.codes) {
      const auto children = graph_.children_of(graph_.nodes[code]);
      const Node& name =
          graph_.nodes[children[static_cast<std::size_t>(version_.layout->qualname)]];
      const Node& consts = graph_.nodes[children[kConsts]];
      if (name.kind != Kind::text || !name.interned || consts.kind != Kind::tuple) continue;
      if (consts.child_count > budget)
        throw LimitError("too many code objects share their constants");
      budget -= consts.child_count;
      for (const NodeId constant : graph_.children_of(consts)) {
        Node& node = graph_.nodes[constant];
        if (node.kind == Kind::text && !node.interned && equal(node.bytes(), name.bytes()))
          intern(node);
      }
    }
  }

  Graph& graph_;
  const Version& version_;
  std::uint64_t count_ = 0;
};

}  // namespace

std::uint64_t intern_chance_strings(Graph& graph, const Version& version) {
  return Interning(graph, version).run();
}

}  // namespace normalize::pyc
