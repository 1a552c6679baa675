#pragma once

#include "normalizers/bytes/content.h"

namespace normalize {

/// A .xz stream that holds `payload` as it is, in LZMA2 chunks that are not compressed. Throws as
/// the codec does.
Buffer store_xz(const Content& payload);

}  // namespace normalize
