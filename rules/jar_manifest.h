#pragma once

#include <string_view>

#include "rules/rules.h"

namespace normalize {

/// Whether a main attribute of META-INF/MANIFEST.MF is noise: when, where and by whom the jar was
/// built in `safe`, and in `strict` also with what and in which job. Names are taken in any case,
/// as java.util.jar.Attributes does.
bool drops_jar_attribute(std::string_view name, Profile profile);

}  // namespace normalize
