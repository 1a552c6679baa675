#pragma once

#include "driver/store/store.h"

namespace normalize::store {

/// The text of a file in `builds/`.
std::string info_text(const BuildInfo& info);
/// Takes it apart, but for the name. Throws DamageError where a bit of it is not what was written.
BuildInfo parse_info(const std::string& name, std::string_view text);

}  // namespace normalize::store
