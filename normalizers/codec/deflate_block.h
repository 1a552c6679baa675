#pragma once

#include "normalizers/codec/deflate_symbols.h"

namespace normalize {

/// Writes `items`, which spell `plain`, as the shortest of what RFC 1951 section 3.2.3 offers,
/// behind whole bytes and followed by whole bytes: no block of it is the last of a stream, and it
/// ends on a byte boundary.
void write_aligned_block(std::span<const DeflateItem> items, ByteView plain, Bytes& out);

}  // namespace normalize
