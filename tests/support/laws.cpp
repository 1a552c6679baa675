#include "tests/support/laws.h"

#include <cstdlib>

namespace normalize::test {

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (const auto& normalizer : all_normalizers())
    for (const auto& path : samples(normalizer->name()))
      all.push_back({std::string(normalizer->name()), path.filename(), read_file(path)});
  return all;
}

unsigned soak_factor() {
  const char* text = std::getenv("NORMALIZE_SOAK");
  return text ? static_cast<unsigned>(std::strtoul(text, nullptr, 10)) : 0;
}

}  // namespace normalize::test
