#include "normalizers/perturb/shake.h"

#include <map>

namespace normalize::perturb {

Rules Shaker::drawn() {
  Rules rules = context.rules();
  rules.noise = Noise(numbers.next());
  return rules;
}

Content shake(std::string_view format, ByteView file, Shaker& shaker) {
  using Function = Content (*)(ByteView, Shaker&);
  static const std::map<std::string_view, Function> functions{
#define NORMALIZER(name) {#name, shake_##name},
#include "normalizers/formats.def"
#undef NORMALIZER
  };
  return functions.at(format)(file, shaker);
}

}  // namespace normalize::perturb
