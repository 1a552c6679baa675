#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// Numbers the recipes by which payloads are packed, and with them the normal form: "canon 1" in
/// --version. Their bytes are pinned by tests: a change of bytes for the same input is a new number
/// here, never a silent one.
inline constexpr int kCanon = 1;

/// A library that packs or unpacks for us, as it is at hand in this process.
struct CodecLibrary {
  std::string_view codec;    // "xz"
  std::string_view library;  // "liblzma"
  std::string version;       // "5.4.1"
};

/// All of them, in the order to print them in.
std::vector<CodecLibrary> codec_libraries();

}  // namespace normalize
