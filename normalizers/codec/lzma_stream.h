#pragma once

#include <lzma.h>

#include <array>

#include "normalizers/codec/codec.h"

/// What the doors to .xz and .lzma share: liblzma's stream, owned, and its presets.
namespace normalize {

/// Throws what `status` stands for where it is no success of liblzma.
void check_lzma(lzma_ret status);

/// An lzma_stream that packs or unpacks, and is given back when its owner goes.
class LzmaStream {
 public:
  LzmaStream() = default;
  LzmaStream(const LzmaStream&) = delete;
  LzmaStream& operator=(const LzmaStream&) = delete;
  ~LzmaStream() { lzma_end(&stream_); }
  lzma_stream* get() { return &stream_; }

  /// Packs `input` and hands what comes out to `sink`, which may return false to stop.
  template <typename Sink>
  bool feed(ByteView input, lzma_action action, Sink sink) {
    std::array<std::uint8_t, 32768> out;
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
    stream_.avail_in = input.size();
    lzma_ret status = LZMA_OK;
    do {
      stream_.next_out = out.data();
      stream_.avail_out = out.size();
      status = lzma_code(&stream_, action);
      check_lzma(status);
      if (!sink(std::as_bytes(std::span(out).first(out.size() - stream_.avail_out)))) return false;
    } while (action == LZMA_RUN ? stream_.avail_in > 0 || stream_.avail_out == 0
                                : status != LZMA_STREAM_END);
    return true;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

/// Decodes what liblzma reads; `open` gives an lzma_stream its decoder.
class LzmaDecoder final : public Decoder {
 public:
  template <typename Open>
  explicit LzmaDecoder(Open open) {
    check_lzma(open(stream_.get()));
  }
  Step step(ByteView& in, std::span<std::byte>& out) override;

 private:
  LzmaStream stream_;
};

/// The options of `xz -1` (or with LZMA_PRESET_EXTREME, `xz -1e`).
lzma_options_lzma lzma_preset(std::uint32_t preset);

/// The presets that a dictionary of that size hints at, the likeliest first; never empty.
std::vector<std::uint32_t> presets_for(std::uint32_t dictionary_bytes);

}  // namespace normalize
