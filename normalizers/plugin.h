#pragma once

#include <string_view>

#include "normalizers/context.h"

namespace normalize {

/// What the plugin `function` ("module:function") makes of a file, with what it said of its
/// changes; `input` where it leaves the file, and where there is no Python to run it, which is
/// noted. `settings` is a JSON object. Throws ServiceError.
Content run_plugin(std::string_view function, std::string_view settings, ByteView input,
                   Context& context);

}  // namespace normalize
