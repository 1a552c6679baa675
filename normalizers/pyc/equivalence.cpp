#include "normalizers/pyc/equivalence.h"

#include "normalizers/pyc/canonical.h"
#include "normalizers/verify.h"

namespace normalize::pyc {
namespace {

constexpr NodeId kNone = 0xffff'ffff;

class Comparison {
 public:
  Comparison(const Graph& before, const Graph& after, const Version& version)
      : before_(before),
        after_(after),
        version_(version),
        counterpart_(before.nodes.size(), kNone),
        original_(after.nodes.size(), kNone) {}

  void run() {
    open_.push_back({before_.root, after_.root});
    while (!open_.empty()) {
      const auto [a, b] = open_.back();
      open_.pop_back();
      if (is_constant(a) || is_constant(b))
        require(a == b, "a constant");
      else if (is_new_pair(a, b))
        compare(a, b);
    }
  }

 private:
  struct Pair {
    NodeId before, after;
  };

  static void require(bool holds, const char* what) {
    if (!holds)
      throw VerifyError(std::string("the normal form does not hold the same objects: ") + what +
                        " differs");
  }

  /// One object before is one object after, and the other way round unless the two may be merged.
  bool is_new_pair(NodeId a, NodeId b) {
    if (counterpart_[a] != kNone) {
      require(counterpart_[a] == b, "the identity of an object");
      return false;
    }
    counterpart_[a] = b;
    if (original_[b] == kNone) {
      original_[b] = a;
    } else {
      const Node& node = before_.nodes[a];
      require(node.same_as == before_.nodes[original_[b]].same_as && may_merge(node, version_),
              "the identity of an object");
    }
    return true;
  }

  void compare(NodeId a, NodeId b) {
    const Node &x = before_.nodes[a], &y = after_.nodes[b];
    require(x.kind == y.kind, "a type");
    require(equal(x.bytes(), y.bytes()), "a value");
    require(x.interned == y.interned, "an interned string");
    require(x.child_count == y.child_count, "a length");
    if (x.kind == Kind::frozenset && x.same_as != a) return compare_merged_set(a, y);
    const auto mine = before_.children_of(x), theirs = after_.children_of(y);
    for (std::size_t i = 0; i < mine.size(); ++i) open_.push_back({mine[i], theirs[i]});
  }

  /// The set that is written stands for this one, whose elements may be in another order.
  void compare_merged_set(NodeId a, const Node& written) {
    const Node& node = before_.nodes[a];
    std::vector<Pair> mine, standing;
    for (const NodeId child : before_.children_of(node))
      mine.push_back({before_.nodes[child].same_as, child});
    const auto elements = before_.children_of(before_.nodes[node.same_as]);
    const auto theirs = after_.children_of(written);
    require(mine.size() == elements.size(), "a set");
    for (std::size_t i = 0; i < elements.size(); ++i)
      standing.push_back({before_.nodes[elements[i]].same_as, theirs[i]});
    std::ranges::sort(mine, {}, &Pair::before);
    std::ranges::sort(standing, {}, &Pair::before);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      require(mine[i].before == standing[i].before, "a set");
      open_.push_back({mine[i].after, standing[i].after});
    }
  }

  const Graph &before_, &after_;
  const Version& version_;
  std::vector<NodeId> counterpart_, original_;
  std::vector<Pair> open_;
};

}  // namespace

void check_equivalence(const Graph& before, const Graph& after, const Version& version) {
  Comparison(before, after, version).run();
}

}  // namespace normalize::pyc
