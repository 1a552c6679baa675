#pragma once

#include <optional>

#include "normalizers/bytes/content.h"
#include "normalizers/codec/match.h"

namespace normalize {

/// A raw DEFLATE stream (RFC 1951), unpacked.
struct Inflated {
  Buffer data;
  std::size_t stream_bytes;  // where the stream ends: its last block may be followed by other data
};

/// Unpacks the stream at the start of `bytes`. `likely_size` is what the container says of the
/// unpacked size, believed only as far as memory goes; 0 where it says nothing.
/// Throws FormatError, with an offset counted from `base`, where the stream is damaged or cut
/// short, LimitError where it unpacks to more than `most` bytes.
Inflated inflate(ByteView bytes, std::uint64_t likely_size, std::uint64_t most, std::size_t base);
/// The same, behind what `output` holds; returns where the stream ends.
std::size_t inflate(ByteView bytes, std::uint64_t likely_size, std::uint64_t most, std::size_t base,
                    Buffer& output);

/// The first `count` bytes the stream unpacks to, or all of them where there are fewer. Throws
/// FormatError as inflate() does for what it passes over.
Bytes inflate_head(ByteView bytes, std::size_t count, std::size_t base);

/// What decides the bytes that zlib deflates to: the rest is fixed (32 KB window, default
/// strategy).
struct DeflateRecipe {
  int level = 6;
  int memory_level = 8;
  friend bool operator==(const DeflateRecipe&, const DeflateRecipe&) = default;
};

/// The recipe by which `payload` deflates to `stream`, as far as its first kProbeBytes tell, levels
/// 1 to 9 with memory level 8 or 9; tries `likely` first. Unset where none does: another program
/// than zlib wrote the stream.
std::optional<DeflateRecipe> find_deflate_recipe(ByteView payload, ByteView stream,
                                                 DeflateRecipe likely);

/// Deflates `payload`: the same bytes on every machine. Throws CodecError where the zlib at hand
/// does not compress as zlib 1.2.3 to 1.3.1 do (zlib-ng does not).
Buffer deflate(const Content& payload, DeflateRecipe recipe);

/// A stream of stored blocks (section 3.2.4), which holds `payload` as it is.
Buffer store_deflated(const Content& payload);

}  // namespace normalize
