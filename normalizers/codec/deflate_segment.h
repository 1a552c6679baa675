#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// How thoroughly a segment is packed: as it stands here, somewhat faster than zlib at level 9.
struct SegmentEffort {
  unsigned chain = 48;   // candidates compared at each place
  unsigned enough = 64;  // a length that is taken without a look at what is within it
  unsigned rounds = 2;   // of choosing by the prices that the round before has made
};

/// Packs a segment of a DEFLATE stream: the bytes of `window` from `start` on, those in front of
/// which are the bytes that stand in front of it in the stream, the nearest 32 KB or fewer. What
/// comes out are whole bytes, of blocks none of which is the last, and depends on `window` and
/// `effort` alone: no library has a part in it, so it is the same on every machine.
Bytes deflate_segment(ByteView window, std::size_t start, const SegmentEffort& effort);

}  // namespace normalize
