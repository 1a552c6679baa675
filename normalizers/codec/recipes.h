#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// Names the recipes by which payloads are packed. Their bytes are pinned by tests: a change of
/// bytes for the same payload is a new number here, never a silent one.
inline constexpr std::string_view kCanon = "canon 1";

/// A library that packs or unpacks for us, as it is at hand in this process.
struct CodecLibrary {
  std::string_view codec;    // "xz"
  std::string_view library;  // "liblzma"
  std::string version;       // "5.4.1"
};

/// All of them, in the order to print them in.
std::vector<CodecLibrary> codec_libraries();

}  // namespace normalize
