#include "normalizers/rpm/packing.h"

#include <array>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"

namespace normalize::rpm {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b\x08";
constexpr std::size_t kGzipHeaderBytes = 10;
constexpr std::uint8_t kBest = 2, kFastest = 4;  // XFL of gzip
/// What our gzip format makes of a header under `strict`: no time, XFL 0, OS "unknown".
constexpr std::string_view kPlainGzipHeader{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};

struct Compressor {
  std::string_view name;
  const Codec& (*codec)();
  std::string_view default_flags;  // the level of the codec's default recipe
};
constexpr std::array kCompressors{
    Compressor{"xz", xz_codec, "6"}, Compressor{"lzma", lzma_codec, "6"},
    Compressor{"zstd", zstd_codec, "3"}, Compressor{"bzip2", bzip2_codec, "9"}};

const Compressor* find_compressor(std::string_view name) {
  const auto found = std::ranges::find(kCompressors, name, &Compressor::name);
  return found == kCompressors.end() ? nullptr : &*found;
}

DeflateRecipe likely_recipe(std::uint8_t xfl) {
  return {xfl == kBest ? 9 : xfl == kFastest ? 1 : 6, 8};
}

}  // namespace

Packing::Packing(ByteView packed, std::string_view compressor, std::size_t base, Context& context)
    : packed_(packed) {
  if (compressor.empty() || compressor == "gzip") {
    // rpm opens it by zlib, which passes on what is not packed.
    if (starts_with(packed, kGzipMagic)) unpack_gzip(base, context);
    return;
  }
  const Compressor* known = find_compressor(compressor);
  if (!known) {
    objection_ = "its payload is packed by " + std::string(compressor);
    return;
  }
  codec_ = &known->codec();
  if (!codec_->starts(packed))
    throw FormatError(base, "payload is not packed by " + std::string(compressor));
  const UnpackLimits limits{context.expansion_left(), context.rules().limits.decoder_memory};
  const std::size_t end = unpack(*codec_, packed, limits, base, unpacked_);
  context.spend(unpacked_.size());
  if (end != packed.size() || codec_->is_index(packed))
    objection_ = "its payload is packed in several streams";
}

void Packing::unpack_gzip(std::size_t base, Context& context) {
  is_gzip_ = true;
  Reader in(packed_, base);
  in.take(kGzipMagic.size(), "magic");
  if (in.byte("FLG") != 0) {
    objection_ = "its payload's gzip header holds more than rpm writes";
    return;
  }
  in.take(kGzipHeaderBytes - kGzipMagic.size() - 1, "MTIME, XFL and OS");
  Inflated inflated = inflate(in.rest(), 0, context.expansion_left(), in.offset());
  context.spend(inflated.data.size());
  deflated_ = in.take(inflated.stream_bytes, "compressed data");
  unpacked_ = std::move(inflated.data);
  if (in.little_endian<std::uint32_t>("CRC32") != crc32(unpacked_))
    in.fail("CRC32 does not match the payload");
  if (in.little_endian<std::uint32_t>("ISIZE") != static_cast<std::uint32_t>(unpacked_.size()))
    in.fail("ISIZE does not match the payload");
  if (in.remaining() > 0) objection_ = "its payload is packed in several streams";
}

std::string_view Packing::default_flags() const {
  if (is_gzip_) return "6";
  return codec_ ? find_compressor(codec_->name())->default_flags : "";
}

Content Packing::pack(const Content& archive, Recompress recompress) const {
  if (is_gzip_) return pack_gzip(archive, recompress);
  if (!codec_) return archive;
  if (recompress == Recompress::canonical) return Content::own(codec_->pack(archive));
  if (recompress == Recompress::store && codec_->stores())
    return Content::own(codec_->store(archive));
  if (archive == unpacked_) return Content::view(packed_);
  return Content::own(codec_->pack_like(packed_, unpacked_, archive));
}

bool Packing::is_reproduced() const {
  const Content archive = Content::view(unpacked_);
  if (codec_) return codec_->pack_like(packed_, unpacked_, archive) == packed_;
  return !is_gzip_ || deflate(archive, recipe()) == deflated_;
}

DeflateRecipe Packing::recipe() const {
  const DeflateRecipe likely = likely_recipe(std::to_integer<std::uint8_t>(packed_[8]));
  return find_deflate_recipe(unpacked_, deflated_, likely).value_or(likely);
}

Content Packing::pack_gzip(const Content& archive, Recompress recompress) const {
  if (recompress == Recompress::keep && archive == unpacked_) return Content::view(packed_);
  Writer out;
  const bool canonical = recompress == Recompress::canonical;
  out.bytes(canonical ? as_bytes(kPlainGzipHeader) : packed_.first(kGzipHeaderBytes));
  if (canonical) {
    out.carry(Content::own(deflate(archive, {})));
  } else if (recompress == Recompress::store) {
    out.carry(Content::own(store_deflated(archive)));
  } else {
    out.carry(Content::own(deflate(archive, recipe())));
  }
  out.little_endian(crc32(archive));
  out.little_endian(static_cast<std::uint32_t>(archive.size()));
  return std::move(out).finish();
}

}  // namespace normalize::rpm
