#pragma once

#include <array>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// The first few bytes that a DEFLATE stream unpacks to.
struct DeflateStart {
  static constexpr std::size_t kMost = 8;
  std::array<std::byte, kMost> bytes{};
  std::size_t size = 0;
  ByteView view() const { return ByteView(bytes).first(size); }
};

/// Reads on only while the stream spells bytes out: fewer than kMost come back where it repeats
/// some, ends or is damaged. Ten times as quick as inflate_head(), for a first look at many
/// members.
DeflateStart deflate_start(ByteView stream);

}  // namespace normalize
