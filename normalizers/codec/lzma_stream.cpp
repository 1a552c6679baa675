#include "normalizers/codec/lzma_stream.h"

#include "normalizers/error.h"

namespace normalize {

void check_lzma(lzma_ret status) {
  switch (status) {
    case LZMA_OK:
    case LZMA_STREAM_END:
      return;
    case LZMA_MEM_ERROR:
      throw std::bad_alloc();
    default:
      throw CodecError("liblzma " + std::string(lzma_version_string()) + " fails with status " +
                       std::to_string(status));
  }
}

Decoder::Step LzmaDecoder::step(ByteView& in, std::span<std::byte>& out) {
  lzma_stream* stream = stream_.get();
  stream->next_in = reinterpret_cast<const std::uint8_t*>(in.data());
  stream->avail_in = in.size();
  stream->next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream->avail_out = out.size();
  const lzma_ret status = lzma_code(stream, LZMA_RUN);
  in = in.last(stream->avail_in);
  out = out.last(stream->avail_out);
  switch (status) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:  // no progress: whoever asked sees that
      return Step::more;
    case LZMA_STREAM_END:
      return Step::end;
    case LZMA_MEM_ERROR:
      throw std::bad_alloc();
    case LZMA_MEMLIMIT_ERROR:
      throw LimitError("needs " + std::to_string(lzma_memusage(stream)) +
                       " bytes of memory to unpack, more than the limit allows");
    default:
      return Step::damaged;
  }
}

lzma_options_lzma lzma_preset(std::uint32_t preset) {
  lzma_options_lzma options{};
  lzma_lzma_preset(&options, preset);
  return options;
}

std::vector<std::uint32_t> presets_for(std::uint32_t dictionary_bytes) {
  std::vector<std::uint32_t> presets;
  for (const std::uint32_t extreme : {0U, LZMA_PRESET_EXTREME})
    for (const std::uint32_t preset : {6U, 9U, 5U, 8U, 7U, 4U, 3U, 2U, 1U, 0U})
      if (lzma_preset(preset).dict_size == dictionary_bytes) presets.push_back(preset | extreme);
  // Set by hand (--lzma2=dict=...), on top of some preset.
  if (presets.empty()) presets = {6, 9, 6 | LZMA_PRESET_EXTREME, 9 | LZMA_PRESET_EXTREME};
  return presets;
}

}  // namespace normalize
