#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize {

/// What unpacking may cost.
struct UnpackLimits {
  std::uint64_t bytes;   // of output
  std::uint64_t memory;  // that the decoder may ask for beside it
};

/// Unpacks one stream, as far as somebody asks.
class Decoder {
 public:
  enum class Step { more, end, damaged };

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  /// Unpacks from the front of `in` to the front of `out`, and takes from both what was used.
  /// Throws LimitError where the stream asks for more memory than it may.
  virtual Step step(ByteView& in, std::span<std::byte>& out) = 0;
};

/// Packs a payload. Any number of threads may call it, and it views nothing.
using PackLike = std::function<Buffer(const Content& payload)>;

/// One door to one compression library. A file of a codec is one stream or several, end to end.
/// Instances hold no mutable state; one serves every worker at once.
class Codec {
 public:
  Codec() = default;
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;
  virtual ~Codec() = default;

  /// Names the codec in messages: "xz".
  virtual std::string_view name() const = 0;
  /// Whether `bytes` begin as a stream does, one that holds no payload included.
  virtual bool starts(ByteView bytes) const = 0;
  /// Whether the stream holds no payload but data of its own, which may index other streams.
  virtual bool is_index(ByteView) const { return false; }
  /// How many bytes at the start of `bytes`, behind a stream, are padding.
  virtual std::size_t padding(ByteView) const { return 0; }
  virtual std::unique_ptr<Decoder> decoder(std::uint64_t memory) const = 0;

  /// Whether the codec is written too, not only read.
  virtual bool packs() const { return true; }
  /// What packs with the parameters by which `before` became `stream`; where no parameters give
  /// that, with those that `stream` hints at. They are looked for once, here. Throws CodecError as
  /// pack() does, and so does each call of it.
  virtual PackLike packer_like(ByteView stream, ByteView before) const = 0;
  /// Packs one payload so.
  Buffer pack_like(ByteView stream, ByteView before, const Content& payload) const {
    return packer_like(stream, before)(payload);
  }
  /// Packs `payload` by the codec's default recipe: the same bytes on every machine. Throws
  /// CodecError where the library at hand gives others.
  virtual Buffer pack(const Content& payload) const = 0;
  /// Whether store() is there: whether the codec has a way to hold bytes as they are.
  virtual bool stores() const { return false; }
  /// A stream that holds `payload` as it is.
  virtual Buffer store(const Content&) const { return {}; }
};

/// Unpacks the stream at the start of `bytes` and appends what comes out to `output`. Returns where
/// the stream ends. Throws FormatError, with an offset counted from `base`, where it is damaged or
/// cut short, LimitError past a limit.
std::size_t unpack(const Codec& codec, ByteView bytes, UnpackLimits limits, std::size_t base,
                   Buffer& output);

/// Appends the first bytes that the stream unpacks to, until `output` holds `count` bytes or the
/// stream ends. Returns how far it was read. Throws as unpack() does for what it passes over.
std::size_t unpack_head(const Codec& codec, ByteView bytes, std::uint64_t memory, std::size_t base,
                        std::size_t count, Bytes& output);

/// A frame of zstd at level 19, with a checksum and the size of its payload.
Buffer zstd_thorough_frame(ByteView payload);

const Codec& xz_codec();
const Codec& lzma_codec();
const Codec& zstd_codec();
const Codec& bzip2_codec();
const Codec& lz4_codec();
const Codec& compress_codec();

}  // namespace normalize
