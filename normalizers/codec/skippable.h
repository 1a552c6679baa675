#pragma once

#include "normalizers/bytes/reader.h"

/// Skippable frames, which zstd (RFC 8878 section 3.1.2) and LZ4 share: data that is no payload.
namespace normalize {

inline bool is_skippable(ByteView bytes) {
  constexpr std::uint32_t kMagic = 0x184d'2a50, kMask = 0xffff'fff0;
  return bytes.size() >= 8 &&
         (Reader(bytes).little_endian<std::uint32_t>("Magic_Number") & kMask) == kMagic;
}

/// What follows the skippable frames that `bytes` begin with; nothing where they do not end.
inline ByteView behind_skippable_frames(ByteView bytes) {
  while (is_skippable(bytes)) {
    Reader in(bytes);
    in.take(4, "Magic_Number");
    const auto size = in.little_endian<std::uint32_t>("Frame_Size");
    if (size > in.remaining()) return {};
    in.take(size, "User_Data");
    bytes = in.rest();
  }
  return bytes;
}

}  // namespace normalize
