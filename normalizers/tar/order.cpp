#include "normalizers/tar/order.h"

#include <algorithm>
#include <numeric>

#include "normalizers/tar/hard_links.h"
#include "normalizers/tar/path_index.h"

namespace normalize::tar {
namespace {

/// Whether a global header stands behind a member, so that it holds for some members only. What is
/// noise in one has gone into the members' own times, or goes.
bool has_late_global(const std::vector<Entry>& entries) {
  const auto is_kept = [](const Record& record) { return !is_noise(record.key, Profile::safe); };
  bool members_began = false;
  for (const Entry& entry : entries) {
    if (entry.type != 'g')
      members_began = true;
    else if (members_began && std::ranges::any_of(entry.records, is_kept))
      return true;
  }
  return false;
}

/// What stands in front of the members: global headers, then the specification of what follows.
int rank(const Entry& entry) {
  return entry.type == 'g' ? 0 : entry.name == kSpecification ? 1 : 2;
}

std::vector<std::size_t> sorted_by_name(const std::vector<Entry>& entries) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const int rank_a = rank(entries[a]), rank_b = rank(entries[b]);
    if (rank_a != rank_b || rank_a == 0) return rank_a < rank_b;
    return entries[a].name < entries[b].name;
  });
  return order;
}

void shuffle(std::vector<std::size_t>& order, const std::vector<Entry>& entries,
             const Noise& noise) {
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const bool stays = rank(entries[i]) < 2;
    return stays ? std::vector<std::uint64_t>() : noise.place(entries[i].name);
  });
}

}  // namespace

Arrangement arrange(Archive& archive, const std::optional<Noise>& noise) {
  std::vector<Entry>& entries = archive.entries;
  Arrangement arrangement;
  arrangement.order.resize(entries.size());
  std::iota(arrangement.order.begin(), arrangement.order.end(), std::size_t{0});
  if (has_late_global(entries)) {
    arrangement.objection = "a global header holds for the members behind it only";
    return arrangement;
  }
  const PathIndex index(entries);
  arrangement.objection = index.objection();
  if (!arrangement.objection.empty()) return arrangement;
  HardLinks links(archive, index);
  arrangement.objection = links.objection();
  if (!arrangement.objection.empty()) return arrangement;
  links.settle();
  arrangement.order = sorted_by_name(entries);
  if (noise && std::ranges::none_of(entries, &Entry::is_link))
    shuffle(arrangement.order, entries, *noise);
  return arrangement;
}

}  // namespace normalize::tar
