#include "normalizers/pyc/same_variables.h"

#include <algorithm>

#include "normalizers/verify.h"

namespace normalize::pyc {
namespace {

void require(bool holds) {
  if (!holds) throw VerifyError("the normal form's instructions take other variables");
}

/// What the number of a variable stands for.
struct Variable {
  bool is_cell;
  std::string_view name;
  friend auto operator<=>(const Variable&, const Variable&) = default;
};

/// Instructions, and the variables that they number: cells, then free ones.
struct Listing {
  std::vector<Instruction> instructions;
  std::span<const NodeId> cells, free;
};

class Check {
 public:
  Check(const Graph& graph, const Version& version, Scopes& scopes)
      : graph_(graph), version_(version), scopes_(scopes) {}

  void compare(const Scope& scope) {
    const Listing before = listing_before(scope), after = listing_after(scope);
    require(before.instructions.size() == after.instructions.size());
    std::vector<bool> bound(before.instructions.size());
    for (std::size_t i = 0; i < before.instructions.size(); ++i)
      compare_closure(scope, before, after, i, bound);
    for (std::size_t i = 0; i < before.instructions.size(); ++i)
      compare_instruction(before, after, i, bound[i]);
  }

 private:
  Listing listing_before(const Scope& scope) const {
    const std::span<const NodeId> all(scope.variables);
    return {instructions(scope.instructions), all.first(scope.cells), all.subspan(scope.cells)};
  }

  Listing listing_after(const Scope& scope) const {
    const auto children = graph_.children_of(graph_.nodes[scope.code]);
    return {instructions(children[kCoCode]), elements(children[kCoCellvars]),
            elements(children[kCoFreevars])};
  }

  std::vector<Instruction> instructions(NodeId code) const {
    auto decoded = decode(graph_.nodes[code].bytes(), *version_.opcodes);
    require(decoded.has_value());
    return *std::move(decoded);
  }

  std::span<const NodeId> elements(NodeId tuple) const {
    return graph_.children_of(graph_.nodes[tuple]);
  }

  /// The LOAD_CLOSUREs of a closure may stand in another order if the names do, too.
  void compare_closure(const Scope& scope, const Listing& before, const Listing& after,
                       std::size_t load, std::vector<bool>& bound) {
    const Scope* inner = scopes_.loaded(scope, before.instructions[load]);
    if (!inner || !inner->only_closed) return;
    const auto first = scopes_.closure(before.instructions, load, *inner);
    require(first && first == scopes_.closure(after.instructions, load, *inner));
    const auto children = graph_.children_of(graph_.nodes[inner->code]);
    const std::span<const NodeId> free(std::span(inner->variables).subspan(inner->cells));
    require(bindings(before, *first, free) ==
            bindings(after, *first, elements(children[kCoFreevars])));
    std::fill_n(bound.begin() + static_cast<std::ptrdiff_t>(*first), free.size(), true);
  }

  /// The free variables of a closure by name, and what each of them is in the code around it.
  std::vector<std::pair<std::string_view, Variable>> bindings(const Listing& outer,
                                                              std::size_t first,
                                                              std::span<const NodeId> free) const {
    std::vector<std::pair<std::string_view, Variable>> all;
    for (std::size_t i = 0; i < free.size(); ++i)
      all.emplace_back(name(free[i]), variable(outer, outer.instructions[first + i].argument));
    std::ranges::sort(all);
    return all;
  }

  void compare_instruction(const Listing& before, const Listing& after, std::size_t index,
                           bool is_bound) const {
    const Instruction &x = before.instructions[index], &y = after.instructions[index];
    require(x.opcode == y.opcode && x.offset == y.offset && x.extended == y.extended);
    if (is_bound) return;
    if (scopes_.takes_variable(x))
      require(variable(before, x.argument) == variable(after, y.argument));
    else
      require(x.argument == y.argument);
  }

  Variable variable(const Listing& listing, std::size_t number) const {
    if (number < listing.cells.size()) return {true, name(listing.cells[number])};
    require(number - listing.cells.size() < listing.free.size());
    return {false, name(listing.free[number - listing.cells.size()])};
  }

  std::string_view name(NodeId id) const { return as_text(graph_.nodes[id].bytes()); }

  const Graph& graph_;
  const Version& version_;
  Scopes& scopes_;
};

}  // namespace

void check_same_variables(const Graph& graph, const Version& version, Scopes& scopes) {
  Check check(graph, version, scopes);
  for (const Scope& scope : scopes)
    if (scope.known) check.compare(scope);
}

}  // namespace normalize::pyc
