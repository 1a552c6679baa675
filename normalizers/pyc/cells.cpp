#include "normalizers/pyc/cells.h"

#include <algorithm>
#include <numeric>

#include "normalizers/pyc/same_variables.h"

namespace normalize::pyc {
namespace {

class CellOrder {
 public:
  CellOrder(Graph& graph, const Version& version)
      : graph_(graph), version_(version), scopes_(graph, version) {}

  std::uint64_t run() {
    for (Scope& scope : scopes_) place(scope);
    std::uint64_t changed = 0;
    for (Scope& scope : scopes_) changed += settle(scope);
    check_same_variables(graph_, version_, scopes_);
    return changed;
  }

 private:
  std::string_view name(NodeId id) const { return as_text(graph_.nodes[id].bytes()); }

  void place(Scope& scope) {
    scope.places.resize(scope.variables.size());
    std::iota(scope.places.begin(), scope.places.end(), std::size_t{0});
    if (!scope.known) return;
    place(scope, 0, scope.cells);
    if (scope.only_closed) place(scope, scope.cells, scope.variables.size());
  }

  void place(Scope& scope, std::size_t begin, std::size_t end) {
    std::vector<std::size_t> sorted(end - begin);
    std::iota(sorted.begin(), sorted.end(), begin);
    std::ranges::sort(sorted, {}, [&](std::size_t i) { return name(scope.variables[i]); });
    for (std::size_t i = 0; i < sorted.size(); ++i) scope.places[sorted[i]] = begin + i;
  }

  bool settle(Scope& scope) {
    if (!scope.known) return false;
    Bytes code = renumbered(scope);
    const bool moved = !std::ranges::is_sorted(scope.places);
    const bool renumbers = !equal(code, graph_.nodes[scope.instructions].bytes());
    if (renumbers) replace_code(scope, std::move(code));
    if (moved) reorder_names(scope);
    return moved || renumbers;
  }

  Bytes renumbered(const Scope& scope) {
    const ByteView before = graph_.nodes[scope.instructions].bytes();
    Bytes after(before.begin(), before.end());
    const auto instructions = *decode(before, *version_.opcodes);
    for (const Instruction& instruction : instructions)
      if (scopes_.takes_variable(instruction))
        put_argument(after, instruction, scope.places[instruction.argument]);
    for (std::size_t i = 0; i < instructions.size(); ++i) {
      const Scope* inner = scopes_.loaded(scope, instructions[i]);
      if (!inner || !inner->only_closed) continue;
      const std::size_t first = *scopes_.closure(instructions, i, *inner);
      for (std::size_t n = 0; n < inner->free(); ++n)
        put_argument(after, instructions[first + inner->free_place(n)],
                     scope.places[instructions[first + n].argument]);
    }
    return after;
  }

  static void put_argument(Bytes& code, const Instruction& instruction, std::size_t argument) {
    code[instruction.offset + 1] = static_cast<std::byte>(argument);
    code[instruction.offset + 2] = static_cast<std::byte>(argument >> 8);
  }

  void replace_code(const Scope& scope, Bytes code) {
    const Bytes& stored = graph_.own_texts.emplace_back(std::move(code));
    Node copy = graph_.nodes[scope.instructions];
    copy.data = stored.data();
    copy.same_as = static_cast<NodeId>(graph_.nodes.size());
    graph_.nodes.push_back(copy);
    graph_.children_of(graph_.nodes[scope.code])[kCoCode] = copy.same_as;
  }

  void reorder_names(const Scope& scope) {
    const auto children = graph_.children_of(graph_.nodes[scope.code]);
    const auto cells = graph_.children_of(graph_.nodes[children[kCoCellvars]]);
    const auto free = graph_.children_of(graph_.nodes[children[kCoFreevars]]);
    for (std::size_t i = 0; i < scope.variables.size(); ++i) {
      const std::size_t place = scope.places[i];
      (place < scope.cells ? cells[place] : free[place - scope.cells]) = scope.variables[i];
    }
  }

  Graph& graph_;
  const Version& version_;
  Scopes scopes_;
};

bool is_sorted(const Graph& graph, NodeId tuple) {
  return std::ranges::is_sorted(graph.children_of(graph.nodes[tuple]), {},
                                [&](NodeId id) { return as_text(graph.nodes[id].bytes()); });
}

bool is_sorted(const Graph& graph) {
  return std::ranges::all_of(graph.codes, [&](NodeId code) {
    const auto children = graph.children_of(graph.nodes[code]);
    return is_sorted(graph, children[kCoCellvars]) && is_sorted(graph, children[kCoFreevars]);
  });
}

}  // namespace

std::uint64_t sort_cells(Graph& graph, const Version& version) {
  if (!version.opcodes || is_sorted(graph)) return 0;
  return CellOrder(graph, version).run();
}

}  // namespace normalize::pyc
