#include "normalizers/codec/recipes.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace normalize;

TEST_CASE("every library that packs for us is named once, with a version of digits") {
  std::vector<CodecLibrary> libraries = codec_libraries();
  CHECK(libraries.size() == 6);
  for (const CodecLibrary& library : libraries) {
    CAPTURE(std::string(library.library));
    CHECK_FALSE(library.version.empty());
    CHECK(library.version.find_first_not_of("0123456789.") == std::string::npos);
  }
  std::ranges::sort(libraries, {}, &CodecLibrary::codec);
  CHECK(std::ranges::adjacent_find(libraries, {}, &CodecLibrary::codec) == libraries.end());
}
