// The codecs whose files are one payload, packed: where the rules pack all of them anew, how they
// were packed.

#include "normalizers/codec/codec.h"
#include "normalizers/perturb/shake.h"

namespace normalize::perturb {
namespace {

/// Packed where the rules have it stored, stored where they have it packed.
Content pack_otherwise(const Codec& codec, ByteView file, Shaker& shaker) {
  const Recompress recompress = shaker.rules().recompression();
  const UnpackLimits limits{shaker.context.expansion_left(), shaker.rules().limits.decoder_memory};
  Buffer payload;
  if (recompress == Recompress::keep || !codec.stores() || shaker.numbers.once_in(2) ||
      unpack(codec, file, limits, 0, payload) != file.size() || codec.is_index(file))
    return Content::view(file);
  const Content whole = Content::view(payload);
  return Content::own(recompress == Recompress::store ? codec.pack(whole) : codec.store(whole));
}

}  // namespace

Content shake_xz(ByteView file, Shaker& shaker) { return pack_otherwise(xz_codec(), file, shaker); }
Content shake_zstd(ByteView file, Shaker& shaker) {
  return pack_otherwise(zstd_codec(), file, shaker);
}
Content shake_lz4(ByteView file, Shaker& shaker) {
  return pack_otherwise(lz4_codec(), file, shaker);
}

}  // namespace normalize::perturb
