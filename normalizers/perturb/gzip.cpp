// gzip: when, where and from what the first member was packed; with `strict` its flags and comment,
// too, and how it was packed.

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/perturb/shake.h"

namespace normalize::perturb {
namespace {

constexpr std::size_t kHeaderBytes = 10, kTrailerBytes = 8;
constexpr std::size_t kFlg = 3, kMtime = 4, kXfl = 8, kOs = 9;
constexpr std::byte kFtext{1 << 0}, kFhcrc{1 << 1}, kFextra{1 << 2}, kFname{1 << 3},
    kFcomment{1 << 4};
constexpr std::byte kUnix{3};
constexpr TimeRange kMtimeRange{0, 0xffff'ffff};

bool has(ByteView header, std::byte flag) { return (header[kFlg] & flag) != std::byte{}; }

void shake_mtime(Bytes& header, Shaker& shaker) {
  auto mtime = Reader(ByteView(header).subspan(kMtime)).little_endian<std::uint32_t>("MTIME");
  // With an epoch 0 stays: it says that there is no time.
  if (mtime == 0 && shaker.rules().epoch) return;
  mtime = static_cast<std::uint32_t>(shaker.drawn().normal_time(mtime, kMtimeRange));
  for (unsigned i = 0; i < 4; ++i) header[kMtime + i] = static_cast<std::byte>(mtime >> (8 * i));
}

void shake_os(Bytes& header, Shaker& shaker) {
  constexpr std::byte kSystems[] = {kUnix, std::byte{0}, std::byte{7}, std::byte{11}};
  if (header[kOs] == kUnix) header[kOs] = kSystems[shaker.numbers.below(std::size(kSystems))];
}

/// What `strict` drops alone.
void shake_flags(Bytes& header, Shaker& shaker) {
  constexpr std::byte kLevels[] = {std::byte{0}, std::byte{2}, std::byte{4}};
  header[kXfl] = kLevels[shaker.numbers.below(std::size(kLevels))];
  if (shaker.numbers.once_in(2)) header[kFlg] ^= kFtext;
}

/// The deflate stream, packed at another level.
Content packed_anew(ByteView stream, Shaker& shaker) {
  const Inflated inflated = inflate(stream, 0, shaker.context.expansion_left(), 0);
  const DeflateRecipe recipe{1 + static_cast<int>(shaker.numbers.below(9)),
                             8 + static_cast<int>(shaker.numbers.below(2))};
  Content packed = Content::own(deflate(Content::view(inflated.data), recipe));
  packed.append(Content::view(stream.subspan(inflated.stream_bytes)));
  return packed;
}

}  // namespace

Content shake_gzip(ByteView file, Shaker& shaker) {
  if (file.size() < kHeaderBytes + kTrailerBytes || has(file, kFhcrc)) return Content::view(file);
  Bytes header(file.begin(), file.begin() + kHeaderBytes);
  shake_mtime(header, shaker);
  shake_os(header, shaker);
  const bool strict = shaker.rules().strict(), extra = has(header, kFextra);
  if (strict) shake_flags(header, shaker);
  Content rest = Content::view(file.subspan(kHeaderBytes));
  const bool plain = !extra && !has(header, kFname) && !has(header, kFcomment);
  if (plain && shaker.rules().recompression() == Recompress::canonical)
    rest = packed_anew(file.subspan(kHeaderBytes), shaker);
  Writer out;
  if (plain && shaker.numbers.once_in(2)) header[kFlg] |= kFname;
  out.bytes(header);
  if (header[kFlg] != file[kFlg] && has(header, kFname)) {
    out.text("file" + std::to_string(shaker.numbers.below(1000)));
    out.byte(0);
  }
  out.carry(Content::own(rest.to_buffer()));
  return Content::own(std::move(out).finish().to_bytes());
}

}  // namespace normalize::perturb
