#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "driver/tree/descriptor.h"

/// Whatever a run opens by a path as somebody wrote it, and not below an open folder, it opens
/// here, or finds nothing once it is confined.
namespace normalize {

/// openat(2), from the working folder.
Descriptor open_path(const std::string& path, int flags, mode_t mode = 0);

/// stat(2). Answers whether it could, and sets errno where not.
bool stat_path(const std::string& path, struct stat& status);

/// Holds a file or folder open: from then on, and for good, paths lead through what is held and
/// nowhere else. For systems that show no paths to a process that confined itself (FreeBSD,
/// capsicum(4)). Returns descriptors of folders, which are not the caller's: those that the path
/// stands in and, of a link, those behind it; none where there is no such thing, which is passed
/// over. Of paths held twice the first counts. Called before the first other thread starts.
std::vector<int> hold_path(const std::string& path);

/// A name in an open folder, which is not the caller's.
struct PathPlace {
  int folder = -1;
  std::string name;
};

enum class LastLink { stay, follow };

/// Where `path` begins: in the working folder until something is held. Unset, and errno, where it
/// leads nowhere.
std::optional<PathPlace> place_of_path(const std::string& path, LastLink last);

}  // namespace normalize
