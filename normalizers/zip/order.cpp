#include "normalizers/zip/order.h"

#include <algorithm>
#include <numeric>

#include "normalizers/zip/conda.h"

namespace normalize::zip {
namespace {

constexpr Field kOrder{"order of entries", "zip -X out.zip $(find . | LC_ALL=C sort)"};
constexpr Field kPlaces{"order of local headers", ""};

enum Rank : unsigned { first, second, third, by_name, behind, last, very_last };

/// java.util.jar.JarInputStream finds the manifest only among the first two entries. EPUB (OCF 3
/// section 4.3) and OpenDocument (1.2 part 3 section 3.3) want `mimetype` first. Office programs
/// put [Content_Types].xml first, and file(1) knows their documents by a third entry that is not
/// one of properties. A .conda file ends with its info, fetched along with the directory. A wheel
/// (PEP 427) has its dist-info at the end, RECORD last of all.
Rank rank_of(std::string_view name, const Kind& kind) {
  if (kind.has_mimetype && name == "mimetype") return first;
  if (kind.jar && name == "META-INF/") return second;
  if (kind.jar && is_jar_manifest(name)) return third;
  if (kind.open_packaging) {
    if (name == "[Content_Types].xml") return second;
    if (name == "_rels/.rels") return third;
    if (name.starts_with("docProps/") || name.starts_with("customXml/")) return behind;
  }
  if (kind.conda && is_conda_info(name)) return behind;
  if (!kind.dist_info.empty() && name.starts_with(kind.dist_info))
    return name.substr(kind.dist_info.size()) == "RECORD" ? very_last : last;
  return by_name;
}

struct Place {
  Rank rank;
  std::vector<std::uint64_t> noise;  // empty where the name decides
  std::string_view name;
  std::size_t index;
  friend auto operator<=>(const Place&,
                          const Place&) = default;  // the index keeps equal names apart
};

std::vector<Place> places(const std::vector<Entry>& entries, const Kind& kind,
                          const std::optional<Noise>& noise) {
  std::vector<Place> all;
  all.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string_view name = entries[i].text_name();
    all.push_back({rank_of(name, kind), {}, name, i});
    if (noise && all.back().rank == by_name) all.back().noise = noise->place(name);
  }
  return all;
}

}  // namespace

void settle_order(Archive& archive, const Kind& kind, Context& context) {
  std::vector<Place> order = places(archive.entries, kind, context.rules().noise);
  if (std::ranges::is_sorted(order)) {
    if (!archive.offsets_in_order)
      context.changed(kPlaces, "another", "that of the central directory");
    return;
  }
  std::ranges::sort(order);
  std::size_t moved = 0;
  while (order[moved].index == moved) ++moved;
  context.changed(kOrder,
                  std::string(archive.entries[moved].text_name()) + " at " + std::to_string(moved),
                  std::string(order[moved].name) + " at " + std::to_string(moved));
  std::vector<Entry> sorted;
  sorted.reserve(order.size());
  for (const Place& place : order) sorted.push_back(std::move(archive.entries[place.index]));
  archive.entries = std::move(sorted);
}

}  // namespace normalize::zip
