#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "normalizers/bytes/bytes.h"

namespace normalize::python {

/// Which plugins this process may load. Where it stands outside of the confinement of who asks it,
/// hostile bytes that have taken him over shall not run a program of theirs here.
class PluginFolders {
 public:
  /// Any.
  PluginFolders() = default;
  /// Those in one of `folders` alone, which are absolute.
  explicit PluginFolders(std::vector<std::string> folders)
      : folders_(std::in_place, folders.begin(), folders.end()) {}

  /// Whether `source` is what the file at `path` holds, the module `name` in one of them.
  bool allow(const std::string& name, const std::string& path, ByteView source) const;

 private:
  std::optional<std::vector<std::filesystem::path>> folders_;
};

}  // namespace normalize::python
