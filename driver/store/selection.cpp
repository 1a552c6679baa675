#include "driver/store/selection.h"

#include <algorithm>
#include <map>

#include "driver/usage_error.h"

namespace normalize::store {
namespace {

/// "a/b" of "./a//b/"; "" is the root.
std::string clean(std::string_view path) {
  std::string result;
  while (!path.empty()) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (!result.empty()) result += '/';
    result += part;
  }
  return result;
}

void want_with_folders(const Build& build, std::size_t index, std::vector<bool>& wanted) {
  wanted[index] = true;
  const std::string& path = build[index].path;
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1))
    if (const auto folder = find_name(build, path.substr(0, slash + 1))) wanted[*folder] = true;
  if (!build.empty() && build.front().path.empty()) wanted.front() = true;
}

void want(const Build& build, const std::string& given, std::vector<bool>& wanted) {
  const std::string path = clean(given);
  const auto index = find_name(build, path);
  if (!index) throw UsageError(given + ": the build has no such name");
  want_with_folders(build, *index, wanted);
  if (!build[*index].path.empty() && !build[*index].path.ends_with('/')) return;
  for (std::size_t i = *index; i < build.size() && build[i].path.starts_with(build[*index].path);
       ++i)
    wanted[i] = true;
}

/// The first of the wanted names of a file is what the others are linked to.
void settle_links(Build& build) {
  std::map<std::string, std::string> first;  // of all names, to the first that is wanted
  for (const BuildName& name : build)
    if (name.is_file() && name.hard_link.empty()) first.emplace(name.path, name.path);
  for (BuildName& name : build) {
    if (name.hard_link.empty()) continue;
    const auto [at, is_first] = first.emplace(name.hard_link, name.path);
    name.hard_link = is_first ? "" : at->second;
  }
}

}  // namespace

Build select(Build build, const std::vector<std::string>& paths) {
  if (paths.empty()) return build;
  std::vector<bool> wanted(build.size(), false);
  for (const std::string& path : paths) want(build, path, wanted);
  Build selected;
  for (std::size_t i = 0; i < build.size(); ++i)
    if (wanted[i]) selected.push_back(std::move(build[i]));
  settle_links(selected);
  return selected;
}

}  // namespace normalize::store
