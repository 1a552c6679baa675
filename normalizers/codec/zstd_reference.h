#pragma once

#include "normalizers/bytes/bytes.h"

/// Frames of zstd that refer to bytes which are not in them (zstd(1), --patch-from).
namespace normalize {

/// Packs `payload` into one frame in which what is in `reference`, too, costs next to nothing. Both
/// together are less than 2 GiB. `level` is 1 to 19. Throws CodecError.
Bytes zstd_pack_with(ByteView payload, ByteView reference, int level);

/// Unpacks such a frame, with the same `reference`, to what has to be `size` bytes. Throws
/// FormatError where it is damaged or unpacks to something else, CodecError as libzstd fails.
Bytes zstd_unpack_with(ByteView frame, ByteView reference, std::size_t size);

}  // namespace normalize
