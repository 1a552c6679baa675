// Unpacking goes through libdeflate, packing through zlib: libdeflate unpacks twice as fast, but
// packs differently from release to release; zlib's bytes have not changed from 1.2.3 to 1.3.1.

#include "normalizers/codec/deflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include <limits>
#include <memory>

#include "normalizers/bytes/writer.h"
#include "normalizers/codec/known_answer.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::uint64_t kMostRatio = 1032;  // 258 bytes from two bits: no stream unpacks to more
constexpr int kRawWindow = -15;             // no zlib header, 32 KB
/// libdeflate wants room for all at once. Where that is much, the stream is unpacked in steps,
/// which can be let go of one by one; zlib takes longer for it.
constexpr std::uint64_t kMuch = std::uint64_t{64} << 20;
constexpr std::size_t kStepBytes = std::size_t{4} << 20;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const noexcept { libdeflate_free_decompressor(d); }
};

libdeflate_decompressor* decompressor() {
  thread_local const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> own(
      libdeflate_alloc_decompressor());
  if (!own) throw std::bad_alloc();
  return own.get();
}

/// A z_stream that unpacks, and is given back when its owner goes.
class InflateStream {
 public:
  InflateStream() {
    if (inflateInit2(&stream_, kRawWindow) != Z_OK) throw std::bad_alloc();
  }
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;
  ~InflateStream() { inflateEnd(&stream_); }
  z_stream& reset() {
    inflateReset(&stream_);
    return stream_;
  }

 private:
  z_stream stream_{};
};

class DeflateStream {
 public:
  explicit DeflateStream(DeflateRecipe recipe) {
    if (deflateInit2(&stream_, recipe.level, Z_DEFLATED, kRawWindow, recipe.memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  DeflateStream(const DeflateStream&) = delete;
  DeflateStream& operator=(const DeflateStream&) = delete;
  ~DeflateStream() { deflateEnd(&stream_); }

  /// Packs `input` and hands the packed bytes to `sink`, which may return false to stop.
  template <typename Sink>
  bool feed(ByteView input, int flush, Sink sink) {
    std::array<Bytef, 32768> out;
    do {
      const auto part = std::min<std::size_t>(input.size(), std::numeric_limits<uInt>::max());
      stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
      stream_.avail_in = static_cast<uInt>(part);
      input = input.subspan(part);
      do {
        stream_.next_out = out.data();
        stream_.avail_out = out.size();
        ::deflate(&stream_, input.empty() ? flush : Z_NO_FLUSH);
        const auto packed = std::as_bytes(std::span(out).first(out.size() - stream_.avail_out));
        if (!sink(packed)) return false;
      } while (stream_.avail_out == 0);
    } while (!input.empty());
    return true;
  }

 private:
  z_stream stream_{};
};

Buffer deflate_unchecked(const Content& payload, DeflateRecipe recipe) {
  Buffer packed;
  const auto keep = [&](ByteView part) {
    packed.append(part);
    return true;
  };
  DeflateStream stream(recipe);
  for_each_part(payload, [&](ByteView part) { return stream.feed(part, Z_NO_FLUSH, keep); });
  stream.feed({}, Z_FINISH, keep);
  return packed;
}

/// Whether `payload` deflates to `stream`, as far as its first kProbeBytes tell; stops at the first
/// byte that differs.
bool reproduces(ByteView payload, ByteView stream, DeflateRecipe recipe) {
  const bool whole = payload.size() <= kProbeBytes;
  Match match(stream);
  DeflateStream(recipe).feed(whole ? payload : payload.first(kProbeBytes),
                             whole ? Z_FINISH : Z_NO_FLUSH,
                             [&](ByteView part) { return match.feed(part); });
  return whole ? match.whole() : match.holds();
}

/// What zlib 1.2.3 to 1.3.1 make of the known question, as CRC-32, at the levels that stand for its
/// three algorithms (deflate_fast, deflate_slow lazy and at its most thorough).
bool honours_recipe() {
  const Content question = known_question();
  return crc32(deflate_unchecked(question, {1, 8})) == 0x8e3e'b69c &&
         crc32(deflate_unchecked(question, {6, 8})) == 0x95ae'df1f &&
         crc32(deflate_unchecked(question, {9, 9})) == 0xb1bf'fcfe;
}

[[noreturn]] void fail_past_limit() { throw LimitError("unpacks to more than the limit allows"); }

z_stream& fresh_inflate_stream() {
  thread_local InflateStream own;
  return own.reset();
}

/// Feeds `stream` what it has not had of `bytes`: zlib counts in 32 bits.
void point_at_rest(z_stream& stream, ByteView bytes) {
  const ByteView rest = bytes.subspan(stream.total_in);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(rest.size(), 1U << 30));
}

/// inflate() for a stream whose size nobody knows: in memory or storage for no more than it takes.
std::size_t inflate_in_steps(ByteView bytes, std::uint64_t most, std::size_t base, Buffer& output) {
  z_stream& stream = fresh_inflate_stream();
  std::uint64_t used = 0;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    const std::size_t start = output.size();
    const auto room =
        static_cast<std::size_t>(std::min<std::uint64_t>(kStepBytes, most - used + 1));
    const std::span<std::byte> out = output.grow(room);
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    point_at_rest(stream, bytes);
    status = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = out.size() - stream.avail_out;
    if (status != Z_OK && status != Z_STREAM_END)
      throw FormatError(base + stream.total_in, "the deflated data is damaged or cut short");
    output.cut(start + made);
    passed_over(made);
    used += made;
    if (used > most) fail_past_limit();
  }
  return stream.total_in;
}

}  // namespace

std::size_t inflate(ByteView bytes, std::uint64_t likely_size, std::uint64_t most, std::size_t base,
                    Buffer& output) {
  const std::uint64_t possible = std::min(most, (bytes.size() + 1) * kMostRatio);
  std::uint64_t room = likely_size != 0 ? likely_size : bytes.size() * 4;
  room = std::clamp<std::uint64_t>(room, 64, std::max<std::uint64_t>(possible, 64));
  const std::size_t start = output.size();
  for (;;) {
    if (room > kMuch) return inflate_in_steps(bytes, most, base, output);
    const std::span<std::byte> out = output.grow(static_cast<std::size_t>(room));
    std::size_t stream_bytes = 0, unpacked_bytes = 0;
    const libdeflate_result result =
        libdeflate_deflate_decompress_ex(decompressor(), bytes.data(), bytes.size(), out.data(),
                                         out.size(), &stream_bytes, &unpacked_bytes);
    output.cut(start + unpacked_bytes);
    switch (result) {
      case LIBDEFLATE_SUCCESS:
        if (unpacked_bytes > most) fail_past_limit();
        passed_over(unpacked_bytes);
        return stream_bytes;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (room >= possible) fail_past_limit();
        room = std::min(possible, room * 2);
        break;
      default:
        throw FormatError(base, "the deflated data is damaged or cut short");
    }
  }
}

Inflated inflate(ByteView bytes, std::uint64_t likely_size, std::uint64_t most, std::size_t base) {
  Inflated inflated;
  inflated.stream_bytes = inflate(bytes, likely_size, most, base, inflated.data);
  return inflated;
}

Bytes inflate_head(ByteView bytes, std::size_t count, std::size_t base) {
  z_stream& stream = fresh_inflate_stream();
  Bytes head(count);
  point_at_rest(stream, bytes);
  stream.next_out = reinterpret_cast<Bytef*>(head.data());
  stream.avail_out = static_cast<uInt>(head.size());
  const int status = ::inflate(&stream, Z_SYNC_FLUSH);
  if (stream.avail_out != 0 && status != Z_STREAM_END)
    throw FormatError(base + stream.total_in, "the deflated data is damaged or cut short");
  head.resize(count - stream.avail_out);
  return head;
}

std::optional<DeflateRecipe> find_deflate_recipe(ByteView payload, ByteView stream,
                                                 DeflateRecipe likely) {
  if (reproduces(payload, stream, likely)) return likely;
  for (const int level : {6, 9, 1, 5, 8, 7, 4, 3, 2})
    for (const int memory_level : {8, 9}) {
      const DeflateRecipe recipe{level, memory_level};
      if (recipe != likely && reproduces(payload, stream, recipe)) return recipe;
    }
  return std::nullopt;
}

Buffer deflate(const Content& payload, DeflateRecipe recipe) {
  static const bool honoured = honours_recipe();
  if (!honoured) refuse_to_pack("zlib", zlibVersion(), "1.2.3 to 1.3.1");
  return deflate_unchecked(payload, recipe);
}

Buffer store_deflated(const Content& payload) {
  constexpr std::uint64_t kMostInBlock = 0xffff;
  Writer out;
  std::uint64_t left = payload.size();
  ContentCursor cursor(payload);
  do {
    const std::uint64_t block = std::min(left, kMostInBlock);
    left -= block;
    out.byte(left == 0 ? 1 : 0);  // BFINAL, BTYPE 00
    out.little_endian(static_cast<std::uint16_t>(block));
    out.little_endian(static_cast<std::uint16_t>(~block));
    out.carry(cursor.take(block));
  } while (left > 0);
  return std::move(out).finish().to_buffer();
}

}  // namespace normalize
