#include "driver/store/likeness.h"

#include <algorithm>

namespace normalize::store {
namespace {

/// A feature that very many files have tells nothing.
constexpr std::size_t kMostWithFeature = 64;

std::uint64_t key_of(std::size_t place, std::uint32_t feature) {
  return std::uint64_t{place} << 32 | feature;
}

/// "libfoo.so..": the name at the end of a path, without digits.
std::string stem_of(std::string_view path) {
  std::string stem(path.substr(path.rfind('/') + 1));
  std::erase_if(stem, [](char c) { return c >= '0' && c <= '9'; });
  return stem;
}

}  // namespace

Likeness::Likeness(const Build& build, const Catalogue& catalogue) : build_(build) {
  for (std::size_t i = 0; i < build.size(); ++i) {
    if (!build[i].is_file() || !build[i].hard_link.empty()) continue;
    by_stem_.emplace(stem_of(build[i].path), i);
    const auto found = catalogue.find(build[i].bytes.digest);
    if (!found) continue;
    const Frame& frame = catalogue.frame(found->id);
    if (frame.coding == Frame::Coding::list)
      for (const Digest& part : frame.references) add(part, catalogue);
    else
      add(build[i].bytes.digest, catalogue);
  }
}

void Likeness::add(const Digest& digest, const Catalogue& catalogue) {
  const auto found = catalogue.find(digest);
  if (!found || found->object->sketch.empty()) return;
  const Sketch& sketch = found->object->sketch;
  for (std::size_t place = 0; place < Sketch::kFeatures; ++place)
    by_feature_.emplace(key_of(place, sketch.features[place]), known_.size());
  known_.push_back({digest, sketch});
}

std::optional<Digest> Likeness::closest(const std::string& path, const FileBytes& bytes,
                                        const Sketch& sketch) const {
  if (const auto same = find_name(build_, path); same && build_[*same].is_file())
    return build_[*same].bytes.digest;
  if (const auto found = by_content(sketch)) return found;
  return by_name(path, bytes.size);
}

std::optional<Digest> Likeness::original_of(const std::string& path, const Digest& normal) const {
  const auto same = find_name(build_, path);
  if (!same || !build_[*same].is_file() || build_[*same].bytes.digest != normal)
    return std::nullopt;
  return build_[*same].original_bytes.digest;
}

std::optional<Digest> Likeness::by_content(const Sketch& sketch) const {
  if (sketch.empty()) return std::nullopt;
  std::optional<Digest> best;
  unsigned most = 0;
  for (std::size_t place = 0; place < Sketch::kFeatures; ++place) {
    const auto [first, last] = by_feature_.equal_range(key_of(place, sketch.features[place]));
    std::size_t seen = 0;
    for (auto at = first; at != last && seen < kMostWithFeature; ++at, ++seen) {
      const Known& known = known_[at->second];
      const unsigned likeness = known.sketch.likeness(sketch);
      // Among equals the digest decides: the order of a table of hashes is no order.
      if (likeness < most || (likeness == most && best && *best <= known.digest)) continue;
      most = likeness;
      best = known.digest;
    }
  }
  return best;
}

std::optional<Digest> Likeness::by_name(const std::string& path, std::uint64_t size) const {
  const auto [first, last] = by_stem_.equal_range(stem_of(path));
  std::optional<Digest> best;
  std::uint64_t least = size / 2 + 1;  // by how much sizes may differ
  for (auto at = first; at != last; ++at) {
    const FileBytes& bytes = build_[at->second].bytes;
    const std::uint64_t difference = std::max(size, bytes.size) - std::min(size, bytes.size);
    if (difference >= least) continue;
    least = difference;
    best = bytes.digest;
  }
  return best;
}

}  // namespace normalize::store
