#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// The number of the normal form: another one whenever the same input gives other bytes.
inline constexpr int kCanon = 1;

/// "0.1.0"
std::string_view program_version();

struct LibraryVersion {
  std::string_view name;
  std::string version;
};
/// The libraries that read and write bytes for us, as loaded where they can tell, as compiled with
/// where not.
std::vector<LibraryVersion> library_versions();

}  // namespace normalize
