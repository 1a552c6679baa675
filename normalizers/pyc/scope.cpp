#include "normalizers/pyc/scope.h"

#include <algorithm>

namespace normalize::pyc {

Scopes::Scopes(const Graph& graph, const Version& version)
    : graph_(graph), opcodes_(*version.opcodes) {
  scopes_.reserve(graph.codes.size());
  for (const NodeId code : graph.codes) {
    Scope& scope = scopes_.emplace_back();
    scope.code = code;
    scope.known = describe(scope);
    if (!scope.known) scope.variables.clear();
  }
  for (Scope& scope : scopes_) examine(scope);
}

Scope* Scopes::find(NodeId code) {
  const auto found = std::ranges::lower_bound(scopes_, code, {}, &Scope::code);
  return found != scopes_.end() && found->code == code ? &*found : nullptr;
}

/// The streams of the versions that have opcodes refer to interned strings alone, so that code
/// objects, tuples and co_code have one owner each.
void Scopes::examine(Scope& scope) {
  if (!scope.known) return;
  const auto instructions = decode(graph_.nodes[scope.instructions].bytes(), opcodes_);
  scope.known = instructions && takes_only_its_own(scope, *instructions);
  if (!scope.known) return;
  const Node& consts = graph_.nodes[graph_.children_of(graph_.nodes[scope.code])[kConsts]];
  for (const NodeId constant : graph_.children_of(consts))
    if (Scope* inner = find(constant)) inner->only_closed = true;
  for (std::size_t i = 0; i < instructions->size(); ++i) {
    Scope* inner = loaded(scope, (*instructions)[i]);
    if (inner && !closure(*instructions, i, *inner)) inner->only_closed = false;
  }
}

bool Scopes::describe(Scope& scope) const {
  const auto children = graph_.children_of(graph_.nodes[scope.code]);
  const Node& code = graph_.nodes[children[kCoCode]];
  if (code.kind != Kind::bytes || code.interned) return false;
  if (graph_.nodes[children[kConsts]].kind != Kind::tuple) return false;
  scope.instructions = children[kCoCode];
  if (!add_names(scope, children[kCoCellvars])) return false;
  scope.cells = scope.variables.size();
  return add_names(scope, children[kCoFreevars]);
}

bool Scopes::add_names(Scope& scope, NodeId tuple) const {
  const Node& names = graph_.nodes[tuple];
  if (names.kind != Kind::tuple) return false;
  std::vector<std::string_view> sorted;
  for (const NodeId name : graph_.children_of(names)) {
    const Node& node = graph_.nodes[name];
    if (node.kind != Kind::bytes && node.kind != Kind::text) return false;
    scope.variables.push_back(name);
    sorted.push_back(as_text(node.bytes()));
  }
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) == sorted.end();
}

bool Scopes::takes_only_its_own(const Scope& scope,
                                const std::vector<Instruction>& instructions) const {
  return std::ranges::all_of(instructions, [&](const Instruction& instruction) {
    return !takes_variable(instruction) ||
           (!instruction.extended && instruction.argument < scope.variables.size());
  });
}

Scope* Scopes::loaded(const Scope& scope, const Instruction& instruction) {
  if (instruction.opcode != kLoadConst) return nullptr;
  const Node& consts = graph_.nodes[graph_.children_of(graph_.nodes[scope.code])[kConsts]];
  if (instruction.argument >= consts.child_count) return nullptr;
  Scope* inner = find(graph_.children_of(consts)[instruction.argument]);
  return inner && inner->free() > 0 ? inner : nullptr;
}

std::optional<std::size_t> Scopes::closure(const std::vector<Instruction>& instructions,
                                           std::size_t load, const Scope& inner) const {
  const std::size_t count = inner.free();
  const std::size_t last = load + (opcodes_.names_closures ? 2 : 1);
  if (load < count + 1 || last >= instructions.size()) return std::nullopt;
  const std::size_t first = load - 1 - count;
  const Instruction& tuple = instructions[load - 1];
  if (tuple.opcode != kBuildTuple || tuple.argument != count ||
      instructions[last].opcode != kMakeClosure)
    return std::nullopt;
  if (opcodes_.names_closures && instructions[load + 1].opcode != kLoadConst) return std::nullopt;
  for (std::size_t i = load - 1; i-- > first;)  // ends soon where many share what comes before
    if (instructions[i].opcode != kLoadClosure) return std::nullopt;
  for (std::size_t i = first + 1; i <= last; ++i)
    if (instructions[i].is_target) return std::nullopt;
  return first;
}

}  // namespace normalize::pyc
