#include "normalizers/version.h"

#include <archive.h>

#include "normalizers/codec/recipes.h"

namespace normalize {
namespace {

/// "libarchive 3.6.2" is how the library calls itself.
std::string last_word(std::string_view text) {
  return std::string(text.substr(text.rfind(' ') + 1));
}

}  // namespace

std::string_view program_version() { return NORMALIZE_VERSION; }

std::vector<LibraryVersion> library_versions() {
  std::vector<LibraryVersion> all;
  for (CodecLibrary& codec : codec_libraries())
    all.push_back({codec.library, std::move(codec.version)});
  all.push_back({"libarchive", last_word(archive_version_string())});
  return all;
}

}  // namespace normalize
