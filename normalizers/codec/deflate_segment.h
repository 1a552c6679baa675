#pragma once

#include "normalizers/codec/match_finder.h"

namespace normalize {

/// How thoroughly a segment is packed: as it stands here, about as fast as zlib at level 9.
struct SegmentEffort {
  unsigned chain = 48;   // candidates compared at each place
  unsigned enough = 64;  // a length that is taken without a look at what is within it
  unsigned rounds = 2;   // of choosing by the prices that the round before has made
};

/// Packs segments of a DEFLATE stream that follow each other. What comes of one are whole bytes, of
/// blocks none of which is the last. It depends on the segment, the 32 KB in front of it and the
/// effort alone: neither on where the stretch begins nor on a library or the machine.
class SegmentPacker {
 public:
  /// `stretch`, which outlives it, holds the segments from `start` on, and in front of them what
  /// stands there in the stream, 32 KB or all there is.
  SegmentPacker(ByteView stretch, std::size_t start, const SegmentEffort& effort);

  /// Packs the next `size` bytes.
  Bytes pack(std::size_t size);
  /// Passes over the next `size` bytes, which others have packed.
  void skip(std::size_t size);

 private:
  const ByteView stretch_;
  const SegmentEffort effort_;
  std::size_t at_;
  MatchFinder finder_;
};

/// One segment by itself: the bytes of `window` from `start` on.
Bytes deflate_segment(ByteView window, std::size_t start, const SegmentEffort& effort);

}  // namespace normalize
