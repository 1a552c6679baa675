// libFuzzer's way in: one program a format, fuzz_<format>, whose name NORMALIZE_FUZZ_FORMAT is; and
// fuzz_rule_file, for which it is not set.

#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/one_input.h"
#include "tests/fuzz/rule_file.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const normalize::ByteView input(reinterpret_cast<const std::byte*>(data), size);
#ifdef NORMALIZE_FUZZ_FORMAT
  static const normalize::Normalizer& format = *normalize::normalizer_named(NORMALIZE_FUZZ_FORMAT);
  const std::string broken = normalize::fuzz::broken_law(format, input);
#else
  const std::string broken = normalize::fuzz::broken_rule_file_law(input);
#endif
  if (broken.empty()) return 0;
  std::fprintf(stderr, "%s\n", broken.c_str());
  std::abort();
}
