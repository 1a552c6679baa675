#pragma once

#include <span>
#include <string>
#include <vector>

#include "normalizers/codec/codec.h"
#include "normalizers/context.h"

/// What formats share that are nothing but one payload, packed.
namespace normalize {

/// A suffix of packed files, and what stands in its place on the payload: ".tgz", ".tar".
struct PackedSuffix {
  std::string_view packed, payload;
};

/// The name of what is packed: "a.tar" for "a.tar.gz" and "a.tgz"; `name` where no suffix fits.
std::string payload_name(std::string_view name, std::span<const PackedSuffix> suffixes);

/// Sends the payload of a file that packs it as several parts, one behind the other, through the
/// registry. Returns each part's share of the normal form. A border stays with the member of the
/// payload in front of which it stood. Where it stood elsewhere, or the members changed places, the
/// parts are as long as before if the whole is; else the borders have lost their meaning, and all
/// is in the first share and there are no others. The shares may view what `payload` holds.
std::vector<Content> normalize_parts(std::string_view name, Source& payload,
                                     std::span<const std::size_t> part_bytes, Context& context);

/// Says of the field for compressed data that "9 bytes" became "7 bytes, packed again".
void say_packed_again(std::uint64_t before, std::uint64_t after, Context& context);

/// The normal form of a file of `codec`. The streams are nothing but payload: where that is normal
/// and the rules ask for no more, they are carried over, and nothing is unpacked but the head that
/// tells whose the payload is.
Content normalize_packed(const Codec& codec, ByteView input, std::span<const PackedSuffix> suffixes,
                         Context& context);

}  // namespace normalize
