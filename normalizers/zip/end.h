#pragma once

#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Reads the records behind the central directory. Sets `reason` where the archive is one that we
/// leave alone.
End read_end(ByteView input, std::string& reason);

}  // namespace normalize::zip
