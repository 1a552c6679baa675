#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// Whether a file that begins with `head` is a signed package of pkgsrc: an ar archive whose first
/// member, but for a table of names, is +PKG_HASH.
bool is_signed_pkgsrc(ByteView head);

}  // namespace normalize
