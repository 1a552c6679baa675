// Zstandard, RFC 8878. A frame's header tells the window, whether the size and a checksum are
// written, and so narrows the level; whether the frame was packed in jobs (zstd(1) does so unless
// told --single-thread, with one worker as with many) shows behind the first windows. Default
// recipe: level 3, which is what zstd(1) does unasked and a hundred times faster than level 19,
// with the size and the checksum in the frame, in one job.

#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <optional>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/codec.h"
#include "normalizers/codec/known_answer.h"
#include "normalizers/codec/match.h"
#include "normalizers/codec/skippable.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::uint32_t kMagic = ZSTD_MAGICNUMBER;
constexpr std::size_t kBlockBytes = ZSTD_BLOCKSIZE_MAX;
constexpr unsigned kUltraWindowLog = 25;  // level 20 and up, for payloads of unknown size
constexpr unsigned kHighWindowLog = 23;   // levels 17 to 19

/// What decides the bytes that libzstd packs to; the rest is its default.
struct Recipe {
  int level = ZSTD_CLEVEL_DEFAULT;
  bool writes_size = true;      // Frame_Content_Size
  bool writes_checksum = true;  // Content_Checksum_flag
  bool in_jobs = false;         // nbWorkers of one or more
};

void check(std::size_t status) {
  if (!ZSTD_isError(status)) return;
  throw CodecError("libzstd " + std::string(ZSTD_versionString()) + ": " +
                   ZSTD_getErrorName(status));
}

struct FreeDecoder {
  void operator()(ZSTD_DCtx* d) const noexcept { ZSTD_freeDCtx(d); }
};
struct FreeEncoder {
  void operator()(ZSTD_CCtx* c) const noexcept { ZSTD_freeCCtx(c); }
};

class ZstdDecoder final : public Decoder {
 public:
  explicit ZstdDecoder(std::uint64_t memory) : context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    int window_log = 10;
    while (window_log < 30 && (std::uint64_t{2} << window_log) <= memory) ++window_log;
    check(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log));
  }

  Step step(ByteView& in, std::span<std::byte>& out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
    in = in.subspan(input.pos);
    out = out.subspan(output.pos);
    if (ZSTD_isError(status)) {
      if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge)
        throw LimitError("needs a larger window to unpack than the limit on memory allows");
      return Step::damaged;
    }
    return status == 0 ? Step::end : Step::more;
  }

 private:
  const std::unique_ptr<ZSTD_DCtx, FreeDecoder> context_;
};

class ZstdEncoder {
 public:
  ZstdEncoder(const Recipe& recipe, std::uint64_t payload_bytes) : context_(ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    set(ZSTD_c_compressionLevel, recipe.level);
    set(ZSTD_c_contentSizeFlag, recipe.writes_size);
    set(ZSTD_c_checksumFlag, recipe.writes_checksum);
    set(ZSTD_c_nbWorkers, recipe.in_jobs);
    // Without a size in the frame it was not known either, which shapes the level's parameters.
    if (recipe.writes_size) check(ZSTD_CCtx_setPledgedSrcSize(context_.get(), payload_bytes));
  }

  /// Packs `input` and hands what comes out to `sink`, which may return false to stop.
  template <typename Sink>
  bool feed(ByteView input, ZSTD_EndDirective directive, Sink sink) {
    std::array<std::byte, 65536> room;
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer out{room.data(), room.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      check(left);
      if (!sink(ByteView(room).first(out.pos))) return false;
    } while (directive == ZSTD_e_continue ? in.pos < in.size : left != 0);
    return true;
  }

 private:
  void set(ZSTD_cParameter parameter, int value) {
    check(ZSTD_CCtx_setParameter(context_.get(), parameter, value));
  }
  const std::unique_ptr<ZSTD_CCtx, FreeEncoder> context_;
};

Buffer encode(const Content& payload, const Recipe& recipe) {
  Buffer packed;
  const auto keep = [&](ByteView part) {
    packed.append(part);
    return true;
  };
  ZstdEncoder encoder(recipe, payload.size());
  for_each_part(payload, [&](ByteView part) { return encoder.feed(part, ZSTD_e_continue, keep); });
  encoder.feed({}, ZSTD_e_end, keep);
  return packed;
}

/// Whether `recipe` packs `payload` to `stream`, as far as its first `probe` bytes tell.
bool reproduces(ByteView payload, ByteView stream, const Recipe& recipe, std::size_t probe) {
  Match match(stream);
  const auto feed_match = [&](ByteView part) { return match.feed(part); };
  ZstdEncoder encoder(recipe, payload.size());
  const bool whole = payload.size() <= probe;
  ByteView left = whole ? payload : payload.first(probe);
  // Block by block, so that most candidates fall with the first one.
  while (!left.empty() && match.holds()) {
    const ByteView part = left.first(std::min(left.size(), kBlockBytes));
    encoder.feed(part, ZSTD_e_continue, feed_match);
    left = left.subspan(part.size());
  }
  if (match.holds()) encoder.feed({}, whole ? ZSTD_e_end : ZSTD_e_flush, feed_match);
  return whole ? match.whole() : match.holds();
}

/// Section 3.1.1.1: what the frame's header tells.
struct Header {
  bool single_segment, writes_size, writes_checksum;
  unsigned window_log;  // rounded up; of the size where there is no other window
};

Header read_header(ByteView stream, std::uint64_t payload_bytes) {
  Reader in(stream);
  in.little_endian<std::uint32_t>("Magic_Number");
  const std::uint8_t descriptor = in.byte("Frame_Header_Descriptor");
  Header header{};
  header.single_segment = descriptor & 0x20;
  header.writes_size = header.single_segment || descriptor >> 6 != 0;
  header.writes_checksum = descriptor & 0x04;
  if (header.single_segment) {
    while ((std::uint64_t{1} << header.window_log) < payload_bytes) ++header.window_log;
  } else {
    const std::uint8_t window = in.byte("Window_Descriptor");
    header.window_log = 10U + (window >> 3) + (window & 7 ? 1 : 0);
  }
  return header;
}

/// Levels in the order of how often they are met.
std::vector<int> levels_for(unsigned window_log) {
  std::vector<int> levels = {3, 19, 1, 10, 9, 6, 15, 12, 18, 16, 17, 2, 4, 5, 7, 8, 11, 13, 14};
  // These ask for up to a gigabyte of memory, so only where the window says so.
  if (window_log >= kUltraWindowLog) levels = {20, 22, 21};
  return levels;
}

Recipe find_recipe(ByteView payload, ByteView stream) {
  const Header header = read_header(stream, payload.size());
  // Within the first window, packing in jobs gives the same bytes as packing in one go. Behind it
  // matches are found in other places, at the latest where the second job begins, after four.
  const std::size_t window = std::size_t{1} << header.window_log;
  for (const int level : levels_for(header.window_log)) {
    Recipe recipe{level, header.writes_size, header.writes_checksum, false};
    if (!reproduces(payload, stream, recipe, std::min(window, kProbeBytes))) continue;
    recipe.in_jobs = payload.size() > window && !reproduces(payload, stream, recipe, 5 * window);
    return recipe;
  }
  // Another version of libzstd wrote it.
  Recipe likely{ZSTD_CLEVEL_DEFAULT, header.writes_size, header.writes_checksum, false};
  if (!header.single_segment && header.window_log >= kHighWindowLog) likely.level = 19;
  return likely;
}

bool honours_recipe() {
  const Content question = known_question();
  const auto crc = [&](const Recipe& recipe) { return crc32(encode(question, recipe)); };
  return crc({1, true, true, false}) == 0x50ff'3cdd && crc({3, true, true, false}) == 0x44f6'6104 &&
         crc({9, false, false, false}) == 0x9be1'67da &&
         crc({19, true, false, true}) == 0x73eb'fbae;
}

Buffer encode_checked(const Content& payload, const Recipe& recipe) {
  static const bool honoured = honours_recipe();
  if (!honoured) refuse_to_pack("libzstd", ZSTD_versionString(), "1.5.4");
  return encode(payload, recipe);
}

std::uint32_t magic_of(ByteView bytes) {
  return bytes.size() < 4 ? 0 : Reader(bytes).little_endian<std::uint32_t>("Magic_Number");
}

class Zstd final : public Codec {
 public:
  std::string_view name() const override { return "zstd"; }
  bool starts(ByteView bytes) const override {
    return magic_of(bytes) == kMagic || is_index(bytes);
  }
  /// Section 3.1.2: skippable frames. Those of pzstd and of the seekable format hold sizes.
  bool is_index(ByteView bytes) const override { return is_skippable(bytes); }

  std::unique_ptr<Decoder> decoder(std::uint64_t memory) const override {
    return std::make_unique<ZstdDecoder>(memory);
  }

  PackLike packer_like(ByteView stream, ByteView before) const override {
    return [recipe = find_recipe(before, stream)](const Content& payload) {
      return encode_checked(payload, recipe);
    };
  }
  Buffer pack(const Content& payload) const override { return encode_checked(payload, {}); }

  bool stores() const override { return true; }
  Buffer store(const Content& payload) const override;
};

/// Sections 3.1.1.1 and 3.1.1.2: a frame of raw blocks.
Buffer Zstd::store(const Content& payload) const {
  constexpr std::uint8_t kSizeOfEightBytes = 3 << 6, kWindowOfOneBlock = (17 - 10) << 3;
  Buffer gathered;
  ByteView left = payload.contiguous(gathered);
  Writer out;
  out.little_endian(kMagic);
  out.byte(kSizeOfEightBytes);
  out.byte(kWindowOfOneBlock);
  out.little_endian(payload.size());
  do {
    const ByteView block = left.first(std::min(left.size(), kBlockBytes));
    left = left.subspan(block.size());
    const std::size_t header = block.size() << 3 | (left.empty() ? 1 : 0);
    for (unsigned shift = 0; shift < 24; shift += 8)
      out.byte(static_cast<std::uint8_t>(header >> shift & 0xff));
    out.carry(block);
  } while (!left.empty());
  return std::move(out).finish().to_buffer();
}

}  // namespace

Buffer zstd_thorough_frame(ByteView payload) {
  return encode_checked(Content::view(payload), {19, true, true, false});
}

const Codec& zstd_codec() {
  static const Zstd codec;
  return codec;
}

}  // namespace normalize
