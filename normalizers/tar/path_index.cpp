#include "normalizers/tar/path_index.h"

#include <algorithm>

#include "normalizers/error.h"

namespace normalize::tar {
namespace {

/// The path's components, each with a NUL behind it, so that a folder's content directly follows
/// the folder when keys are sorted. A leading slash is a component of its own.
std::string key_of(std::string_view path) {
  std::string key;
  if (path.starts_with('/')) key += std::string_view("/\0", 2);
  while (!path.empty()) {
    const std::string_view component = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(component.size() + 1, path.size()));
    if (component.empty() || component == ".") continue;
    key += component;
    key += '\0';
  }
  return key;
}

/// Whether the member is an AppleDouble file, in which macOS's tar packs the attributes of whatever
/// member comes next.
bool is_apple_double(std::string_view path) {
  return path.substr(path.rfind('/') + 1).starts_with("._");
}

bool climbs(std::string_view path) {
  return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
         path.find("/../") != std::string_view::npos;
}

}  // namespace

PathIndex::PathIndex(const std::vector<Entry>& entries) {
  places_.reserve(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (entries[i].type != 'g') places_.push_back({key_of(entries[i].name), i});
  std::ranges::stable_sort(places_, {}, &Place::key);
  look_for_hazards(entries);
}

void PathIndex::look_for_hazards(const std::vector<Entry>& entries) {
  const Place* above = nullptr;     // the last place that is no folder
  const Place* previous = nullptr;  // the place before
  for (const Place& place : places_) {
    const Entry& entry = entries[place.entry];
    if (climbs(entry.name)) objection_ = "a name with \"..\" may lead anywhere";
    if (is_apple_double(entry.name))
      objection_ = quoted(entry.name) + " belongs to the member behind it";
    // Through a symbolic link such a member lands elsewhere, where folders may have to come first.
    if (above && place.key.size() > above->key.size() && place.key.starts_with(above->key))
      objection_ = quoted(entry.name) + " stands below a member that is no folder";
    if (previous && previous->key == place.key) {
      const Entry& other = entries[previous->entry];
      if (other.name != entry.name)
        objection_ = quoted(other.name) + " and " + quoted(entry.name) + " are one place";
      if (other.is_link() || entry.is_link())
        objection_ = "the hard link " + quoted(entry.name) + " stands there twice";
    }
    if (!objection_.empty()) return;
    if (!entry.is_folder()) above = &place;
    previous = &place;
  }
}

std::optional<std::size_t> PathIndex::find(std::string_view path) const {
  const std::string key = key_of(path);
  const auto found = std::ranges::equal_range(places_, key, {}, &Place::key);
  if (found.size() != 1) return std::nullopt;
  return found.front().entry;
}

}  // namespace normalize::tar
