// libFuzzer's way in: one program a format, fuzz_<format>, whose name NORMALIZE_FUZZ_FORMAT is.

#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/one_input.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const normalize::Normalizer& format = *normalize::normalizer_named(NORMALIZE_FUZZ_FORMAT);
  const std::string broken =
      normalize::fuzz::broken_law(format, {reinterpret_cast<const std::byte*>(data), size});
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
