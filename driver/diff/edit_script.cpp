#include "driver/diff/edit_script.h"

#include <algorithm>

namespace normalize::diff {
namespace {

/// Bounds on the search: its memory grows with the square of the first.
constexpr std::int64_t kMostEdits = 1500;
constexpr std::int64_t kMostSteps = 200'000'000;

using Lines = std::span<const std::uint32_t>;

class Search {
 public:
  Search(Lines a, Lines b) : a_(a), b_(b) {}

  /// False where the bounds were reached.
  bool run() {
    const auto n = static_cast<std::int64_t>(a_.size()), m = static_cast<std::int64_t>(b_.size());
    std::vector<std::int64_t> furthest(static_cast<std::size_t>(2 * kMostEdits + 3), 0);
    const auto at = [&](std::int64_t k) -> std::int64_t& {
      return furthest[static_cast<std::size_t>(k + kMostEdits + 1)];
    };
    for (std::int64_t d = 0; d <= std::min(kMostEdits, n + m); ++d) {
      for (std::int64_t k = -d; k <= d; k += 2) {
        const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
        const std::int64_t start = down ? at(k + 1) : at(k - 1) + 1;
        at(k) = slide(start, start - k);
        if (at(k) >= n && at(k) - k >= m) return found_ = {d, k}, true;
      }
      if (steps_ > kMostSteps) return false;
      trace_.emplace_back(&at(-d), &at(d) + 1);
    }
    return false;
  }

  /// Single insertions and deletions, from the front.
  std::vector<Edit> edits() const {
    std::vector<Edit> edits;
    auto x = static_cast<std::int64_t>(a_.size()), y = static_cast<std::int64_t>(b_.size());
    for (std::int64_t d = found_.edits; d > 0; --d) {
      const std::int64_t k = x - y;
      const auto before = [&](std::int64_t diagonal) {
        const auto& row = trace_[static_cast<std::size_t>(d - 1)];
        const std::int64_t index = diagonal + d - 1;
        return index < 0 || index >= static_cast<std::int64_t>(row.size())
                   ? std::int64_t{-1}
                   : row[static_cast<std::size_t>(index)];
      };
      const bool down = k == -d || (k != d && before(k - 1) < before(k + 1));
      const std::int64_t from = down ? before(k + 1) : before(k - 1);
      const std::int64_t from_y = down ? from - (k + 1) : from - (k - 1);
      const auto ux = static_cast<std::size_t>(from), uy = static_cast<std::size_t>(from_y);
      edits.push_back(down ? Edit{ux, ux, uy, uy + 1} : Edit{ux, ux + 1, uy, uy});
      x = from;
      y = from_y;
    }
    std::ranges::reverse(edits);
    return edits;
  }

 private:
  std::int64_t slide(std::int64_t x, std::int64_t y) {
    const auto n = static_cast<std::int64_t>(a_.size()), m = static_cast<std::int64_t>(b_.size());
    ++steps_;
    while (x < n && y < m && a_[static_cast<std::size_t>(x)] == b_[static_cast<std::size_t>(y)])
      ++x, ++y, ++steps_;
    return x;
  }

  struct Found {
    std::int64_t edits = 0, diagonal = 0;
  };
  Lines a_, b_;
  Found found_;
  std::int64_t steps_ = 0;
  std::vector<std::vector<std::int64_t>> trace_;  // by number of edits: diagonals -d to d
};

std::vector<Edit> joined(const std::vector<Edit>& edits, std::size_t offset) {
  std::vector<Edit> all;
  for (Edit edit : edits) {
    edit.a_begin += offset, edit.a_end += offset, edit.b_begin += offset, edit.b_end += offset;
    if (!all.empty() && all.back().a_end == edit.a_begin && all.back().b_end == edit.b_begin)
      all.back().a_end = edit.a_end, all.back().b_end = edit.b_end;
    else
      all.push_back(edit);
  }
  return all;
}

}  // namespace

std::vector<Edit> edit_script(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                              std::size_t offset) {
  if (a.empty() && b.empty()) return {};
  Search search(a, b);
  if (!search.run()) return joined({{0, a.size(), 0, b.size()}}, offset);
  return joined(search.edits(), offset);
}

}  // namespace normalize::diff
