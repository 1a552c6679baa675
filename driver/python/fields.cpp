#include "driver/python/fields.h"

#include <map>

#include "driver/guarded.h"

namespace normalize {
namespace {

using Texts = std::pair<std::string, std::string>;

}  // namespace

const Field& field_called(const std::string& name, const std::string& hint) {
  // Never destroyed: reports may outlive everything.
  static auto& fields = *new Guarded<std::map<Texts, Field>>;
  return fields.with([&](std::map<Texts, Field>& known) -> const Field& {
    const auto [found, is_new] = known.try_emplace({name, hint});
    if (is_new) found->second = {found->first.first, found->first.second};
    return found->second;
  });
}

}  // namespace normalize
