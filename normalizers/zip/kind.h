#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/zip/records.h"

namespace normalize::zip {

/// What the entries of an archive tell of its kind; one archive can be several.
struct Kind {
  bool jar = false;             // META-INF/MANIFEST.MF: jar, war, ear, aar, jmod
  bool has_mimetype = false;    // EPUB and OpenDocument
  bool open_packaging = false;  // [Content_Types].xml: docx, xlsx, pptx, nupkg, vsix
  bool android = false;         // AndroidManifest.xml: apk
  bool usdz = false;            // the first file is the scene's root layer; data at multiples of 64
  bool conda = false;           // pkg-*.tar.zst and info-*.tar.zst
  std::string dist_info;        // wheel: "name-1.0.dist-info/"
  std::size_t records = 0;      // how many such folders have a RECORD
  /// What signs the archive; empty where nothing does.
  std::string_view signed_by;
};

Kind find_kind(const std::vector<Entry>& entries);

/// What an entry of this name signs the archive by; empty where it does not.
std::string_view signed_by(std::string_view name);
/// Whether the entry is a signature that can go, and what is left is as if nobody had signed: a jar
/// signature file and its block, .signature.p7s of NuGet, XML signatures of OpenDocument and EPUB.
bool is_free_signature(std::string_view name);

/// Compares names as the Java library does, which takes META-INF in any case.
bool is_jar_manifest(std::string_view name);

}  // namespace normalize::zip
