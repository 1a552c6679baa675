#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "normalizers/context.h"

namespace normalize::zip {

/// Findings about one entry, each once: its local and its central header say most things twice.
class EntryFindings {
 public:
  void changed(const Field& field, std::string before, std::string after) {
    Change change{&field, std::move(before), std::move(after)};
    // No honest entry has as many; without a bound a hostile one would make this quadratic.
    const auto compared = changes_.begin() + std::min<std::ptrdiff_t>(std::ssize(changes_), 32);
    if (std::find(changes_.begin(), compared, change) == compared)
      changes_.push_back(std::move(change));
  }
  bool has(const Field& field) const {
    return std::ranges::any_of(changes_, [&](const Change& c) { return c.field == &field; });
  }
  void report(Context& context, std::string_view entry) {
    for (Change& change : changes_)
      context.changed(*change.field, std::move(change.before), std::move(change.after), entry);
    changes_.clear();
  }

 private:
  struct Change {
    const Field* field;
    std::string before, after;
    friend bool operator==(const Change&, const Change&) = default;
  };
  std::vector<Change> changes_;
};

}  // namespace normalize::zip
