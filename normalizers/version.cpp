#include "normalizers/version.h"

#include <archive.h>
#include <libdeflate.h>
#include <zlib.h>

namespace normalize {
namespace {

/// "libarchive 3.6.2" is how the library calls itself.
std::string last_word(std::string_view text) {
  return std::string(text.substr(text.rfind(' ') + 1));
}

}  // namespace

std::string_view program_version() { return NORMALIZE_VERSION; }

std::vector<LibraryVersion> library_versions() {
  return {{"zlib", zlibVersion()},
          {"libdeflate", LIBDEFLATE_VERSION_STRING},
          {"libarchive", last_word(archive_version_string())}};
}

}  // namespace normalize
