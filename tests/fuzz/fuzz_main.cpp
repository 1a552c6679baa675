// libFuzzer's way in: one program a format and a target, fuzz_<name>, which NORMALIZE_FUZZ_TARGET
// is.

#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string broken = normalize::fuzz::broken_law(
      NORMALIZE_FUZZ_TARGET, {reinterpret_cast<const std::byte*>(data), size});
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
