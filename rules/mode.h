#pragma once

#include <cstdint>
#include <string>

#include "rules/rules.h"

namespace normalize {

/// The normal form of a Unix mode with its type bits: `safe` drops group and other write, which a
/// umask decides; `strict` leaves 0755 to folders and to what anybody may execute, 0644 to the
/// rest. No umask made the mode of a device, or of what has a special bit (1777, 4755): somebody
/// chose it, and it stays. That of a symbolic link means nothing: it stays in `safe` and is 0777 in
/// `strict`.
std::uint32_t normal_mode(std::uint32_t mode, const Rules& rules);

/// As chmod and stat spell it: "0100664".
std::string mode_text(std::uint32_t mode);

}  // namespace normalize
