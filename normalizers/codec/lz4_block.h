#pragma once

#include <span>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// Unpacks one block (lz4_Block_format.md), which stands in no frame, to the front of `out`.
/// Returns how many bytes came out. Throws FormatError, at `base`, where it is damaged or unpacks
/// to more.
std::size_t unpack_lz4_block(ByteView block, std::size_t base, std::span<std::byte> out);

/// Packs `payload` at a level of lz4(1): the same bytes on every machine. Throws CodecError where
/// the library at hand gives others.
Bytes pack_lz4_block(ByteView payload, int level);

/// The level by which `payload` became `block`; 1 where none does.
int find_lz4_level(ByteView payload, ByteView block);

}  // namespace normalize
