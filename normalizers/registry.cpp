#include "normalizers/registry.h"

namespace normalize {

const std::vector<std::unique_ptr<const Normalizer>>& all_normalizers() {
  static const auto normalizers = [] {
    std::vector<std::unique_ptr<const Normalizer>> all;
#define NORMALIZER(name) all.push_back(make_##name());
#include "normalizers/formats.def"
#undef NORMALIZER
    return all;
  }();
  return normalizers;
}

const Normalizer* find_normalizer(const Probe& probe) {
  for (const auto& normalizer : all_normalizers())
    if (normalizer->recognizes(probe)) return normalizer.get();
  return nullptr;
}

bool surely_nobodys(ByteView first_bytes) {
  // The Java Virtual Machine Specification, section 4.1: magic, minor and major version, the least
  // of them 45. Mach-O's fat binaries begin likewise, with a number of architectures that is less.
  constexpr std::byte kOldest{45};
  return first_bytes.size() >= 8 && starts_with(first_bytes, "\xca\xfe\xba\xbe") &&
         first_bytes[6] == std::byte{0} && first_bytes[7] >= kOldest;
}

const Normalizer* normalizer_named(std::string_view name) {
  for (const auto& normalizer : all_normalizers())
    if (normalizer->name() == name) return normalizer.get();
  return nullptr;
}

}  // namespace normalize
