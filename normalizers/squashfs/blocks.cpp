#include "normalizers/squashfs/blocks.h"

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/lz4_block.h"

namespace normalize::squashfs {
namespace {

constexpr std::uint16_t kStored = 0x8000;  // SQUASHFS_COMPRESSED_BIT, which says that it is not
constexpr std::uint64_t kDecoderMemory = std::uint64_t{64} << 20;
// RFC 1950: CMF and FLG of zlib's level 9, and the check behind the data.
constexpr std::string_view kZlibHeader = "\x78\xda";
constexpr std::size_t kZlibHeaderBytes = 2, kAdlerBytes = 4;

const Codec& codec_of(Compression compression) {
  return compression == Compression::xz ? xz_codec() : zstd_codec();
}

Bytes unpack_zlib(ByteView packed, std::size_t base, std::size_t most) {
  Reader in(packed, base);
  const ByteView header = in.take(kZlibHeaderBytes, "CMF and FLG");
  if ((header[0] & std::byte{0x0f}) != std::byte{8} || (header[1] & std::byte{0x20}) != std::byte{})
    throw FormatError(base, "CMF and FLG are not those of a block");
  Inflated inflated = inflate(in.rest(), most, most, in.offset());
  in.take(inflated.stream_bytes, "deflated data");
  if (in.big_endian<std::uint32_t>("ADLER32") != adler32(inflated.data))
    in.fail("ADLER32 does not match the block");
  if (in.remaining() > 0) in.fail("a block is longer than what is packed in it");
  return inflated.data.to_bytes();
}

}  // namespace

bool knows(Compression compression) {
  return compression == Compression::gzip || compression == Compression::xz ||
         compression == Compression::lz4 || compression == Compression::zstd;
}

std::size_t Table::block_at(std::uint64_t start) const {
  const auto found = std::ranges::lower_bound(starts, start);
  if (found == starts.end() || *found != start)
    throw FormatError(0, "no metadata block begins at " + std::to_string(start) + " of its table");
  return static_cast<std::size_t>(found - starts.begin());
}

ByteView Table::block(std::size_t number) const {
  const ByteView from = ByteView(data).subspan(number * kBlockBytes);
  return from.first(std::min(from.size(), kBlockBytes));
}

Table BlockCodec::read(ByteView region, std::size_t base, const Spend& spend) {
  if (region.size() > 0xffff'ffff) throw LimitError("a table is larger than 4 GB");
  Table table;
  table.starts.push_back(0);
  Reader in(region, base);
  while (in.remaining() > 0) {
    if (table.data.size() % kBlockBytes != 0) in.fail("a metadata block before the last is short");
    const auto header = in.little_endian<std::uint16_t>("metadata block header");
    const ByteView packed = in.take(header & (kStored - 1U), "metadata block");
    const bool stored = (header & kStored) != 0;
    const Bytes payload = stored ? Bytes(packed.begin(), packed.end())
                                 : unpack_data(packed, in.offset() - packed.size(), kBlockBytes);
    if (payload.empty() || payload.size() > kBlockBytes) in.fail("a metadata block has no size");
    spend(payload.size());
    if (!stored && !has_model_ && !stores_) learn(packed, payload);
    table.data.insert(table.data.end(), payload.begin(), payload.end());
    table.starts.push_back(static_cast<std::uint32_t>(in.offset() - base));
  }
  return table;
}

void BlockCodec::learn(ByteView packed, const Bytes& payload) {
  has_model_ = true;
  if (compression_ == Compression::lz4) lz4_level_ = find_lz4_level(payload, packed);
  if (compression_ == Compression::xz || compression_ == Compression::zstd)
    packing_ = codec_of(compression_).packer_like(packed, payload);
  if (compression_ != Compression::gzip) return;
  const ByteView stream =
      packed.subspan(kZlibHeaderBytes, packed.size() - kZlibHeaderBytes - kAdlerBytes);
  recipe_ = find_deflate_recipe(payload, stream, recipe_).value_or(recipe_);
}

Bytes BlockCodec::unpack_data(ByteView packed, std::size_t base, std::size_t most) const {
  if (compression_ == Compression::gzip) return unpack_zlib(packed, base, most);
  if (compression_ == Compression::lz4) {
    Bytes payload(most);
    payload.resize(unpack_lz4_block(packed, base, payload));
    return payload;
  }
  Buffer payload;
  const UnpackLimits limits{most, kDecoderMemory};
  if (unpack(codec_of(compression_), packed, limits, base, payload) != packed.size())
    throw FormatError(base, "a block is longer than what is packed in it");
  return payload.to_bytes();
}

Bytes BlockCodec::pack_payload(ByteView block) const {
  Writer out;
  if (compression_ == Compression::gzip) {
    out.text(kZlibHeader);
    out.carry(Content::own(deflate(Content::view(block), recipe_)));
    out.big_endian(adler32(block));
    return out.written_since(0);
  }
  if (compression_ == Compression::lz4) return pack_lz4_block(block, lz4_level_);
  return packing_(Content::view(block)).to_bytes();
}

Bytes BlockCodec::pack(ByteView block, bool wanted) const {
  Writer out;
  Bytes packed;
  // Without a model the codecs but zlib do not know what this image's readers take.
  if (wanted && !stores_ && (has_model_ || compression_ == Compression::gzip))
    packed = pack_payload(block);
  const bool stored = packed.empty() || packed.size() >= block.size();
  const ByteView payload = stored ? block : ByteView(packed);
  out.little_endian(static_cast<std::uint16_t>(payload.size() | (stored ? kStored : 0U)));
  out.bytes(payload);
  return out.written_since(0);
}

Bytes BlockCodec::pack_all(ByteView data, bool wanted, std::vector<std::uint64_t>& starts) const {
  Bytes all;
  while (!data.empty()) {
    starts.push_back(all.size());
    const ByteView block = data.first(std::min(data.size(), kBlockBytes));
    data = data.subspan(block.size());
    const Bytes packed = pack(block, wanted);
    all.insert(all.end(), packed.begin(), packed.end());
  }
  return all;
}

}  // namespace normalize::squashfs
