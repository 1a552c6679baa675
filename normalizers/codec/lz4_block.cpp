#include "normalizers/codec/lz4_block.h"

#include <lz4.h>
#include <lz4hc.h>

#include "normalizers/codec/known_answer.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

Bytes pack_unchecked(ByteView payload, int level) {
  const auto* from = reinterpret_cast<const char*>(payload.data());
  const int from_bytes = static_cast<int>(payload.size()), bound = LZ4_compressBound(from_bytes);
  Bytes packed(static_cast<std::size_t>(bound));
  auto* to = reinterpret_cast<char*>(packed.data());
  const int size = level < LZ4HC_CLEVEL_MIN ? LZ4_compress_fast(from, to, from_bytes, bound, 1)
                                            : LZ4_compress_HC(from, to, from_bytes, bound, level);
  packed.resize(static_cast<std::size_t>(size));
  return packed;
}

bool honours_recipe() {
  const Bytes question = known_question().to_bytes();
  const auto crc = [&](int level) { return crc32(pack_unchecked(question, level)); };
  return crc(1) == 0xb18c'3f38 && crc(9) == 0x30d6'f747 && crc(12) == 0xaaba'd26f;
}

}  // namespace

Bytes pack_lz4_block(ByteView payload, int level) {
  static const bool honoured = honours_recipe();
  if (!honoured) refuse_to_pack("liblz4", LZ4_versionString(), "1.9.4");
  if (payload.size() > LZ4_MAX_INPUT_SIZE)
    throw LimitError("an LZ4 block is larger than blocks can be");
  return pack_unchecked(payload, level);
}

int find_lz4_level(ByteView payload, ByteView block) {
  for (const int level : {1, 12, 9, 3, 4, 5, 6, 7, 8, 10, 11})
    if (equal(pack_unchecked(payload, level), block)) return level;
  return 1;
}

std::size_t unpack_lz4_block(ByteView block, std::size_t base, std::span<std::byte> out) {
  if (block.size() > LZ4_MAX_INPUT_SIZE || out.size() > LZ4_MAX_INPUT_SIZE)
    throw LimitError("an LZ4 block is larger than blocks can be");
  const int size = LZ4_decompress_safe(
      reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(out.data()),
      static_cast<int>(block.size()), static_cast<int>(out.size()));
  if (size < 0) throw FormatError(base, "the lz4 block is damaged");
  return static_cast<std::size_t>(size);
}

}  // namespace normalize
