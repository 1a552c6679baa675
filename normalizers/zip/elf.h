#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize::zip {

/// Whether a file of `size` bytes with this head is an ELF file that ends with its section header
/// table, as linkers leave it: then nothing was put behind it.
bool ends_with_sections(ByteView head, std::uint64_t size);

}  // namespace normalize::zip
