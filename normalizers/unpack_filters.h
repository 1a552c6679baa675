#pragma once

#include "normalizers/bytes/buffer.h"

namespace normalize {

/// What a file packs, by whatever codecs one around the other (gzip, bzip2, xz, lzma, zstd, lz4,
/// compress), in one member or several; a copy of the file where none packs it. Throws
/// std::runtime_error where it is damaged, LimitError where it unpacks to more than `most` bytes.
Buffer unpack_filters(ByteView file, std::uint64_t most);

}  // namespace normalize
