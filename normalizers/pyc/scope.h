#pragma once

#include <vector>

#include "normalizers/pyc/graph.h"
#include "normalizers/pyc/instructions.h"

namespace normalize::pyc {

/// A code object's co_code and the variables its instructions count: cells, then free ones.
struct Scope {
  NodeId code = 0;
  NodeId instructions = 0;          // co_code
  std::vector<NodeId> variables;    // their names
  std::size_t cells = 0;            // how many of the variables come from co_cellvars
  bool known = false;               // the instructions do nothing that compilers do not do
  bool only_closed = false;         // what uses the code object is known: it makes closures of it
  std::vector<std::size_t> places;  // of each variable in the normal form

  std::size_t free() const { return variables.size() - cells; }
  /// Where the free variable `index` of co_freevars stands in the normal form's co_freevars.
  std::size_t free_place(std::size_t index) const { return places[cells + index] - cells; }
};

/// The scopes of a stream, and which of them make closures of which.
class Scopes {
 public:
  /// `version` has to have opcodes.
  Scopes(const Graph& graph, const Version& version);

  std::vector<Scope>::iterator begin() { return scopes_.begin(); }
  std::vector<Scope>::iterator end() { return scopes_.end(); }

  /// The code object that the instruction loads and that has free variables; null for any other.
  Scope* loaded(const Scope& scope, const Instruction& instruction);

  /// Where the LOAD_CLOSUREs begin that name the free variables of `inner`, which the instruction
  /// `load` loads, in the order of its co_freevars. Unset unless the instructions around are just
  /// those that make a closure, and nothing jumps among them.
  std::optional<std::size_t> closure(const std::vector<Instruction>& instructions, std::size_t load,
                                     const Scope& inner) const;

  /// Whether it is LOAD_CLOSURE, LOAD_DEREF or the like.
  bool takes_variable(const Instruction& instruction) const {
    return instruction.opcode >= kLoadClosure && instruction.opcode <= opcodes_.last_deref;
  }

 private:
  bool describe(Scope& scope) const;
  bool add_names(Scope& scope, NodeId tuple) const;
  void examine(Scope& scope);
  bool takes_only_its_own(const Scope& scope, const std::vector<Instruction>& instructions) const;
  Scope* find(NodeId code);

  const Graph& graph_;
  const Opcodes& opcodes_;
  std::vector<Scope> scopes_;  // in the order of their code objects
};

}  // namespace normalize::pyc
