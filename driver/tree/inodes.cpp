#include "driver/tree/inodes.h"

#include <algorithm>
#include <set>

namespace normalize {
namespace {

using Range = std::span<NameOf>;

/// Sorts the names of one file and drops those that are the same name in the same folder, met on
/// two ways: given twice, or in a folder mounted in two places. Returns those to keep.
Range settle_names(Range names) {
  if (names.size() == 1) return names;
  std::vector<std::pair<std::string, NameOf>> by_path;
  for (const NameOf& name : names) by_path.emplace_back(name.path(), name);
  std::ranges::stable_sort(by_path, {},
                           [](const auto& item) -> const std::string& { return item.first; });

  std::set<std::pair<Identity, std::string_view>> seen;
  std::size_t kept = 0;
  for (const auto& [path, name] : by_path) {
    if (kept > 0) name.entry->settled = true;
    if (seen.emplace(name.folder->identity, name.entry->name).second) names[kept++] = name;
  }
  return names.first(kept);
}

}  // namespace

Inodes::Inodes(Tree& tree) {
  for (Folder& folder : tree.folders)
    for (Entry& entry : folder.entries)
      if (entry.kind != Entry::Kind::other && !entry.failed) names_.push_back({&folder, &entry});

  const auto identity = [](const NameOf& name) { return name.entry->identity; };
  std::ranges::sort(names_, {}, identity);
  for (auto first = names_.begin(); first != names_.end();) {
    const auto last = std::ranges::find_if(first, names_.end(), [&](const NameOf& name) {
      return identity(name) != identity(*first);
    });
    all_.push_back(settle_names(Range(first, last)));
    first = last;
  }
}

}  // namespace normalize
