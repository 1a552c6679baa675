#pragma once

#include "normalizers/codec/codec.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/context.h"

namespace normalize::rpm {

/// A payload and how it is packed: by gzip, by one of our codecs, or not at all.
class Packing {
 public:
  /// Unpacks `packed`. `compressor` is what PAYLOADCOMPRESSOR says. Throws FormatError where the
  /// data is damaged, LimitError past a limit.
  Packing(ByteView packed, std::string_view compressor, std::size_t base, Context& context);

  /// Why it cannot be packed again; empty where it can.
  const std::string& objection() const { return objection_; }
  ByteView packed() const { return packed_; }
  /// What it unpacks to, a view of this.
  ByteView archive() const { return codec_ || is_gzip_ ? ByteView(unpacked_) : packed_; }

  /// `archive` packed as the rules ask for: where it is what it was and they ask for no more, the
  /// bytes it was packed to.
  Content pack(const Content& archive, Recompress recompress) const;
  /// What PAYLOADFLAGS says of a payload packed by the default recipe; empty where nothing is to be
  /// said.
  std::string_view default_flags() const;
  /// Whether what packed the payload can be told from it, so that another may come packed likewise.
  bool is_reproduced() const;

 private:
  void unpack_gzip(std::size_t base, Context& context);
  /// Of gzip: by which the payload was deflated, or the likeliest.
  DeflateRecipe recipe() const;
  Content pack_gzip(const Content& archive, Recompress recompress) const;

  ByteView packed_;
  Buffer unpacked_;
  const Codec* codec_ = nullptr;
  bool is_gzip_ = false;
  ByteView deflated_;  // of gzip
  std::string objection_;
};

}  // namespace normalize::rpm
