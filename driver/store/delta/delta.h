#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize::store {

/// What has to be known besides `reference` to have `target`: copies of parts of it, each byte of
/// which may differ by a number, as in bsdiff, and bytes that are new. Programs whose addresses
/// have shifted cost little. Takes memory of about half of both beside them; both are less than 2
/// GiB.
Bytes encode_delta(ByteView reference, ByteView target);

/// The target, of `size` bytes. Throws FormatError where the delta is damaged or for another
/// reference.
Bytes decode_delta(ByteView delta, ByteView reference, std::size_t size);

}  // namespace normalize::store
