#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// "0.1.0"
std::string_view program_version();

struct LibraryVersion {
  std::string_view name;
  std::string version;
};
/// The libraries that pack, unpack and check for us, as codec_libraries() has them, and libarchive.
std::vector<LibraryVersion> library_versions();

}  // namespace normalize
