#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace normalize::diff {

/// Lines [a_begin, a_end) of one text that stand in the place of [b_begin, b_end) of the other.
struct Edit {
  std::size_t a_begin, a_end, b_begin, b_end;
};

/// The fewest insertions and deletions that turn `a` into `b`, neighbours taken together, by E.
/// Myers' greedy algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986). Where more
/// than a bounded number of steps is needed, one edit of all. Lines are counted from `offset`: so
/// many in front are the same, and none of the first and none of the last.
std::vector<Edit> edit_script(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                              std::size_t offset);

}  // namespace normalize::diff
