// .lzma, LZMA_Alone: a header of thirteen bytes (properties, dictionary size, payload size or all
// ones) and one LZMA stream. No magic and no check: see starts(). Default recipe: what
// `xz --format=lzma` does unasked: preset 6 and an end mark.

#include <utility>

#include "normalizers/bytes/reader.h"
#include "normalizers/codec/known_answer.h"
#include "normalizers/codec/lzma_stream.h"
#include "normalizers/codec/match.h"

namespace normalize {
namespace {

constexpr std::size_t kHeaderBytes = 13;
constexpr std::uint64_t kUnknownSize = ~std::uint64_t{0};
constexpr std::uint64_t kLargestSize = std::uint64_t{1} << 38;  // as liblzma and file(1) have it
constexpr std::uint32_t kLargestDictionary = std::uint32_t{64} << 20;
constexpr std::uint32_t kDefaultPreset = 6;

struct Header {
  std::uint8_t properties;
  std::uint32_t dictionary_bytes;
  std::uint64_t payload_bytes;
};

Header read_header(ByteView bytes) {
  Reader in(bytes);
  Header header{};
  header.properties = in.byte("properties");
  header.dictionary_bytes = in.little_endian<std::uint32_t>("dictionary size");
  header.payload_bytes = in.little_endian<std::uint64_t>("uncompressed size");
  return header;
}

/// 2^n, or 2^n + 2^(n-1): what every encoder writes.
bool is_usual_size(std::uint32_t dictionary_bytes) {
  for (std::uint32_t bit = std::uint32_t{1} << 16; bit != 0; bit <<= 1)
    if (dictionary_bytes == bit || dictionary_bytes == (bit | bit >> 1)) return true;
  return false;
}

/// Packs `payload` and hands what comes out to `sink`; `ends` is false where more would follow.
template <typename Sink>
void encode(const Content& payload, lzma_options_lzma options, bool ends, Sink sink) {
  LzmaStream stream;
  check_lzma(lzma_alone_encoder(stream.get(), &options));
  const bool goes_on =
      for_each_part(payload, [&](ByteView part) { return stream.feed(part, LZMA_RUN, sink); });
  if (goes_on && ends) stream.feed({}, LZMA_FINISH, sink);
}

Buffer encode(const Content& payload, const lzma_options_lzma& options) {
  Buffer packed;
  encode(payload, options, true, [&](ByteView part) {
    packed.append(part);
    return true;
  });
  return packed;
}

bool reproduces(ByteView before, ByteView stream, const lzma_options_lzma& options) {
  const bool whole = before.size() <= kProbeBytes;
  Match match(stream);
  encode(Content::view(whole ? before : before.first(kProbeBytes)), options, whole,
         [&](ByteView part) { return match.feed(part); });
  return whole ? match.whole() : match.holds();
}

lzma_options_lzma find_options(ByteView stream, ByteView before) {
  const Header header = read_header(stream);
  lzma_options_lzma likeliest = lzma_preset(kDefaultPreset);
  if (header.dictionary_bytes > kLargestDictionary) return likeliest;
  bool first = true;
  for (const std::uint32_t preset : presets_for(header.dictionary_bytes)) {
    lzma_options_lzma options = lzma_preset(preset);
    options.dict_size = header.dictionary_bytes;
    if (std::exchange(first, false)) likeliest = options;
    // liblzma writes an end mark and no size; what declares its size has another writer.
    if (header.payload_bytes == kUnknownSize && reproduces(before, stream, options)) return options;
  }
  return likeliest;
}

bool honours_recipe() {
  return crc32(encode(known_question(), lzma_preset(1))) == 0x5c62'851e &&
         crc32(encode(known_question(), lzma_preset(6))) == 0x8774'e694;
}

Buffer encode_checked(const Content& payload, const lzma_options_lzma& options) {
  static const bool honoured = honours_recipe();
  if (!honoured) refuse_to_pack("liblzma", lzma_version_string(), "5.4.1");
  return encode(payload, options);
}

class Lzma final : public Codec {
 public:
  std::string_view name() const override { return "lzma"; }

  /// The default properties, a usual dictionary size, a size below 256 GB or none, and the zero
  /// that every LZMA stream begins with.
  bool starts(ByteView bytes) const override {
    if (bytes.size() <= kHeaderBytes || bytes[0] != std::byte{0x5d} ||
        bytes[kHeaderBytes] != std::byte{0})
      return false;
    const Header header = read_header(bytes);
    return is_usual_size(header.dictionary_bytes) &&
           (header.payload_bytes == kUnknownSize || header.payload_bytes < kLargestSize);
  }

  std::unique_ptr<Decoder> decoder(std::uint64_t memory) const override {
    return std::make_unique<LzmaDecoder>(
        [&](lzma_stream* stream) { return lzma_alone_decoder(stream, memory); });
  }

  PackLike packer_like(ByteView stream, ByteView before) const override {
    return [options = find_options(stream, before)](const Content& payload) {
      return encode_checked(payload, options);
    };
  }
  Buffer pack(const Content& payload) const override {
    return encode_checked(payload, lzma_preset(kDefaultPreset));
  }
};

}  // namespace

const Codec& lzma_codec() {
  static const Lzma codec;
  return codec;
}

}  // namespace normalize
