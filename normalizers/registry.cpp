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

const Normalizer* normalizer_named(std::string_view name) {
  for (const auto& normalizer : all_normalizers())
    if (normalizer->name() == name) return normalizer.get();
  return nullptr;
}

}  // namespace normalize
