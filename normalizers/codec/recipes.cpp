#include "normalizers/codec/recipes.h"

#include <bzlib.h>
#include <libdeflate.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

namespace normalize {

std::vector<CodecLibrary> codec_libraries() {
  const std::string bzip2 = BZ2_bzlibVersion();  // "1.0.8, 13-Jul-2019"
  return {{"deflate", "zlib", zlibVersion()},
          {"inflate", "libdeflate", LIBDEFLATE_VERSION_STRING},
          {"xz", "liblzma", lzma_version_string()},
          {"zstd", "libzstd", ZSTD_versionString()},
          {"bzip2", "libbz2", bzip2.substr(0, bzip2.find(','))},
          {"lz4", "liblz4", LZ4_versionString()}};
}

}  // namespace normalize
