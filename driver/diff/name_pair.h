#pragma once

#include <optional>

#include "driver/diff/both_sides.h"
#include "driver/diff/tree_pair.h"
#include "driver/tree/memory_gate.h"

namespace normalize::diff {

/// Compares one name of a tree with one of another. Serves one worker; the folders last looked into
/// stay open.
class NamePair {
 public:
  /// What it is given outlives it.
  NamePair(const TreePair& pair, MemoryGate& memory, IdleWorkers& idle)
      : pair_(pair),
        memory_(memory),
        idle_(idle),
        folder_a_(pair.a.folder()),
        folder_b_(pair.b.folder()) {}

  /// Fills in all of `node` but its name. Throws nothing but std::bad_alloc: what cannot be read
  /// has failed.
  void compare(std::size_t a, std::size_t b, Node& node);

 private:
  void compare_files(std::size_t a, std::size_t b, Node& node);
  void look_into(std::size_t a, std::size_t b, Node& node);

  const TreePair& pair_;
  MemoryGate& memory_;
  IdleWorkers& idle_;
  OpenFolder folder_a_, folder_b_;
};

/// How many bytes of files all workers hold at a time, in memory or in storage.
inline constexpr std::uint64_t kMostBytesHeld = std::uint64_t{1} << 30;

/// A node for a name that could not be compared.
void fail(Node& node, std::string_view side, const std::string& error);

}  // namespace normalize::diff
