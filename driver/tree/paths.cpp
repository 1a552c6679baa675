#include "driver/tree/paths.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "driver/tree/open.h"
#include "driver/tree/trailing_slashes.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

/// A folder, or a name in one, and the paths that lead there.
struct HeldPath {
  std::vector<std::string> paths;
  Descriptor folder;
  std::string name = {};          // empty for the folder itself
  bool is_behind_a_link = false;  // that is at the paths, and the name a file's
};

/// Unset where all paths can be seen.
std::optional<std::vector<HeldPath>> held;

/// Whether a path goes up from where it begins: from an open folder, nothing leads there.
bool leaves(const std::string& path) {
  return path.find("..") != path.npos && *fs::path(path).lexically_normal().begin() == "..";
}

/// What of `path` is behind `front`, "." if nothing; unset where it does not begin so.
std::optional<std::string> behind(std::string_view front, std::string_view path) {
  if (path == front) return ".";
  if (front != "." || path.starts_with('/')) {
    if (!path.starts_with(front)) return std::nullopt;
    path.remove_prefix(front.size());
    if (!front.ends_with('/') && !path.starts_with('/')) return std::nullopt;
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
  }
  std::string rest(path.empty() ? "." : path);
  if (leaves(rest)) return std::nullopt;
  return rest;
}

/// By what of a held path `path` leads to it, "." if by itself; unset where it does not.
std::optional<std::string> name_by(const HeldPath& each, std::string_view front,
                                   const std::string& path) {
  auto rest = behind(front, path);
  if (each.name.empty() || !rest) return rest;
  return *rest == "." ? std::optional(each.name) : std::nullopt;
}

bool leads_to(const std::string& path, const Descriptor& folder) {
  struct stat one {
  }, other{};
  return ::stat(path.c_str(), &one) == 0 && ::fstat(folder.get(), &other) == 0 &&
         identity_of(one) == identity_of(other);
}

/// A folder as it is called, and, where that is it too, without the ".." in that.
std::vector<std::string> paths_to(const Descriptor& folder, const std::string& path) {
  std::vector<std::string> paths{std::string(without_trailing_slashes(path))};
  const std::string straight(without_trailing_slashes(fs::path(path).lexically_normal().native()));
  if (straight != paths.front() && leads_to(straight, folder)) paths.push_back(straight);
  return paths;
}

/// The folder that a file is in.
HeldPath in_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
  return {
      {path}, open_at(AT_FDCWD, path.substr(0, name_at) + '.', kPassThrough), path.substr(name_at)};
}

/// "link/" is the folder that the link leads to, "link" is itself.
HeldPath opened(const std::string& path) {
  const std::string followed = path.ends_with('/') ? path + '.' : path;
  Descriptor folder = open_at(AT_FDCWD, followed, kPassThrough | O_NOFOLLOW);
  if (!folder) return in_folder(path);
  std::vector<std::string> paths = paths_to(folder, path);
  return {std::move(paths), std::move(folder)};
}

/// The file that a link leads to, whose folder may be a strange one.
std::optional<HeldPath> behind_link(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error) || !fs::is_regular_file(path, error)) return std::nullopt;
  HeldPath target = in_folder(fs::canonical(path, error).string());
  target.paths = {path};
  target.is_behind_a_link = true;
  return target;
}

void hold(HeldPath one, std::vector<int>& descriptors) {
  if (!one.folder) return;
  descriptors.push_back(one.folder.get());
  held->push_back(std::move(one));
}

}  // namespace

std::optional<PathPlace> place_of_path(const std::string& path, LastLink last) {
  if (!held) return PathPlace{AT_FDCWD, path};
  std::optional<PathPlace> nearest;
  std::size_t depth = 0;  // how much of the path leads to its folder
  for (const HeldPath& each : *held) {
    if (each.is_behind_a_link && last == LastLink::stay) continue;
    for (const std::string& front : each.paths) {
      auto name = name_by(each, front, path);
      if (!name || (nearest && depth >= front.size())) continue;
      nearest = {each.folder.get(), *std::move(name)};
      depth = front.size();
    }
  }
  if (!nearest) errno = EACCES;
  return nearest;
}

Descriptor open_path(const std::string& path, int flags, mode_t mode) {
  const auto place =
      place_of_path(path, (flags & O_NOFOLLOW) != 0 ? LastLink::stay : LastLink::follow);
  return place ? open_at(place->folder, place->name, flags, mode) : Descriptor();
}

bool stat_path(const std::string& path, struct stat& status) {
  const auto place = place_of_path(path, LastLink::follow);
  return place && ::fstatat(place->folder, place->name.c_str(), &status, 0) == 0;
}

std::vector<int> hold_path(const std::string& path) {
  if (!held) held.emplace();
  std::vector<int> descriptors;
  if (auto target = behind_link(path)) hold(*std::move(target), descriptors);
  HeldPath itself = opened(path);
  // A file that can be reached has no narrower way to it.
  if (itself.name.empty() || !place_of_path(path, LastLink::stay))
    hold(std::move(itself), descriptors);
  return descriptors;
}

}  // namespace normalize
