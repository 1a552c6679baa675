#include "normalizers/codec/xz_store.h"

#include <memory>
#include <new>

#include "normalizers/codec/lzma_stream.h"

namespace normalize {
namespace {

constexpr std::uint64_t kBlockPayload = std::uint64_t{16} << 20;

struct FreeIndex {
  void operator()(lzma_index* index) const noexcept { lzma_index_end(index, nullptr); }
};

std::uint8_t* raw(std::span<std::byte> bytes) {
  return reinterpret_cast<std::uint8_t*>(bytes.data());
}

void append_block(ByteView payload, lzma_index* index, Buffer& out) {
  lzma_block block{};
  block.version = 1;
  block.check = LZMA_CHECK_CRC64;
  const std::size_t start = out.size(), most = lzma_block_buffer_bound(payload.size());
  const std::span<std::byte> room = out.grow(most);
  std::size_t used = 0;
  check_lzma(lzma_block_uncomp_encode(&block, reinterpret_cast<const std::uint8_t*>(payload.data()),
                                      payload.size(), raw(room), &used, room.size()));
  out.cut(start + used);
  check_lzma(
      lzma_index_append(index, nullptr, lzma_block_unpadded_size(&block), block.uncompressed_size));
}

void append_index(const lzma_index* index, Buffer& out) {
  const std::span<std::byte> room = out.grow(static_cast<std::size_t>(lzma_index_size(index)));
  std::size_t used = 0;
  check_lzma(lzma_index_buffer_encode(index, raw(room), &used, room.size()));
}

}  // namespace

Buffer store_xz(const Content& payload) {
  const std::unique_ptr<lzma_index, FreeIndex> index(lzma_index_init(nullptr));
  if (!index) throw std::bad_alloc();
  lzma_stream_flags flags{};
  flags.check = LZMA_CHECK_CRC64;
  Buffer out;
  check_lzma(lzma_stream_header_encode(&flags, raw(out.grow(LZMA_STREAM_HEADER_SIZE))));
  ContentCursor cursor(payload);
  for (std::uint64_t done = 0; done < payload.size();) {
    const std::uint64_t count = std::min(kBlockPayload, payload.size() - done);
    Buffer gathered;
    append_block(cursor.take(count).contiguous(gathered), index.get(), out);
    done += count;
  }
  append_index(index.get(), out);
  flags.backward_size = lzma_index_size(index.get());
  check_lzma(lzma_stream_footer_encode(&flags, raw(out.grow(LZMA_STREAM_HEADER_SIZE))));
  return out;
}

}  // namespace normalize
