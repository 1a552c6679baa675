#include "driver/tree/disk_neighbours.h"

#include <fcntl.h>

#include <algorithm>

#include "driver/tree/file_source.h"
#include "driver/tree/trailing_slashes.h"
#include "normalizers/normalize.h"
#include "rules/rule_set.h"

namespace normalize {
namespace {

constexpr int kReadFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

}  // namespace

DiskNeighbours::DiskNeighbours(const Tree& tree, const Rules& rules) : tree_(tree), rules_(rules) {
  for (const Folder& folder : tree.folders) {
    const Folder*& known = folders_[without_trailing_slashes(folder.path)];
    if (!known || folder.walked) known = &folder;  // which knows all names, not only given ones
  }
}

DiskNeighbours::Place DiskNeighbours::place_of(std::string_view path) const {
  const std::size_t slash = path.rfind('/');
  const std::size_t name_at = slash == std::string_view::npos ? 0 : slash + 1;
  Place place;
  place.name = path.substr(name_at);
  const auto found = folders_.find(without_trailing_slashes(path.substr(0, name_at)));
  if (found == folders_.end()) return place;
  place.folder = found->second;
  const auto& entries = place.folder->entries;
  const auto entry = std::ranges::lower_bound(entries, place.name, {}, &Entry::name);
  if (entry != entries.end() && entry->name == place.name) place.entry = &*entry;
  return place;
}

Descriptor DiskNeighbours::open(const Place& place, std::string_view path,
                                struct stat& status) const {
  Descriptor file;
  if (place.folder) {
    file = open_at(tree_.open(*place.folder).get(), std::string(place.name), kReadFile);
  } else {
    file = open_given(path, kReadFile);
  }
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return file;
}

std::optional<Neighbours::Neighbour> DiskNeighbours::find(std::string_view name) const try {
  const Place place = place_of(name);
  if (place.entry && place.entry->kind != Entry::Kind::file) return std::nullopt;
  if (place.entry && !place.entry->failed) {
    const DiskTime before = place.entry->mtime;
    return Neighbour{before.seconds, normal_disk_time(before, rules_at(rules_, name)).seconds};
  }
  struct stat status {};
  if (!open(place, name, status)) return std::nullopt;
  const std::int64_t seconds = mtime_of(status).seconds;
  return Neighbour{seconds, seconds};
} catch (const std::runtime_error&) {  // its folder is not what it was
  return std::nullopt;
}

std::optional<Bytes> DiskNeighbours::read(std::string_view name) const try {
  const Place place = place_of(name);
  if (place.entry && place.entry->kind != Entry::Kind::file) return std::nullopt;
  struct stat status {};
  const Descriptor file = open(place, name, status);
  if (!file) return std::nullopt;
  FileSource source(file.get(), static_cast<std::uint64_t>(status.st_size));
  // Whether its turn has come already makes no difference: the normal form of a normal form is
  // itself.
  if (place.entry && place.entry->claimed) {
    const Result result = normalize_source(name, source, rules_at(rules_, name), this);
    if (result.outcome == Result::Outcome::changed) return result.content.to_bytes();
  }
  const ByteView all = source.all();
  return Bytes(all.begin(), all.end());
} catch (const std::runtime_error&) {
  return std::nullopt;
}

}  // namespace normalize
