// .xz, The .xz File Format 1.1.0 (https://tukaani.org/xz/xz-file-format.txt). A stream's header,
// block headers and index tell nearly all of how it was packed: the check, the filters, the
// dictionary's size and with it the preset or two, how the payload was cut into blocks, and whether
// the multi-threaded encoder wrote it, which alone puts sizes into block headers and gives the same
// bytes for any number of threads. Default recipe: what xz(1) of one thread does unasked: preset 6,
// CRC-64, one block.

#include <cstdlib>
#include <optional>

#include "normalizers/codec/known_answer.h"
#include "normalizers/codec/lzma_stream.h"
#include "normalizers/codec/match.h"
#include "normalizers/codec/xz_store.h"
#include "normalizers/error.h"

namespace normalize {
namespace {

constexpr std::string_view kMagic{
    "\xfd"
    "7zXZ\0",
    6};
constexpr std::uint32_t kDefaultPreset = 6;
/// What an encoder may ask for; xz -9 needs 674 MB. A larger dictionary is not reproduced.
constexpr std::uint64_t kEncoderMemory = std::uint64_t{700} << 20;
/// Each block costs the encoder a fresh start, so smaller ones are not reproduced ...
constexpr std::uint64_t kSmallestBlock = std::uint64_t{64} << 10;
/// ... and neither are blocks below this part of the dictionary, which a fresh start clears.
constexpr std::uint64_t kDictionaryToBlock = 64;

/// A chain of filters, each with options that liblzma allocated; ends with LZMA_VLI_UNKNOWN.
class Filters {
 public:
  Filters() { chain_[0] = {LZMA_VLI_UNKNOWN, nullptr}; }
  Filters(const Filters&) = delete;
  Filters& operator=(const Filters&) = delete;
  ~Filters() {
    for (std::size_t i = 0; i < length(); ++i) std::free(chain_[i].options);
  }
  lzma_filter* data() { return chain_.data(); }
  /// The last one, which carries out the packing; there has to be one.
  const lzma_filter& last() const { return chain_[length() - 1]; }
  std::size_t length() const {
    std::size_t length = 0;
    while (chain_[length].id != LZMA_VLI_UNKNOWN) ++length;
    return length;
  }
  /// The chain with other options for its last filter, LZMA2.
  std::array<lzma_filter, LZMA_FILTERS_MAX + 1> with(lzma_options_lzma& lzma2) const {
    auto chain = chain_;
    const std::size_t filters = length();
    if (filters == 0) chain[1] = {LZMA_VLI_UNKNOWN, nullptr};
    chain[filters == 0 ? 0 : filters - 1] = {LZMA_FILTER_LZMA2, &lzma2};
    return chain;
  }

 private:
  std::array<lzma_filter, LZMA_FILTERS_MAX + 1> chain_{};
};

struct FreeIndex {
  void operator()(lzma_index* index) const noexcept { lzma_index_end(index, nullptr); }
};

/// How a stream is laid out, all but the options of LZMA2.
struct Layout {
  lzma_check check = LZMA_CHECK_CRC64;
  bool sizes_in_headers = false;    // the multi-threaded encoder wrote it
  std::uint64_t block_payload = 0;  // bytes of payload a block; 0 where there is but one block
  std::uint64_t first_payload = 0;  // of the first block
  ByteView first_data;              // its filtered data, without header, padding and check
  Filters filters;
};

const std::uint8_t* raw(ByteView bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

/// Sections 2.1.2 and 4: the index holds the sizes of all blocks. False where it cannot be read.
bool read_index(ByteView stream, Layout& layout, std::uint64_t& first_unpadded) {
  lzma_stream_flags footer{};
  if (lzma_stream_footer_decode(&footer, raw(stream.last(LZMA_STREAM_HEADER_SIZE))) != LZMA_OK)
    return false;
  const std::uint64_t behind = LZMA_STREAM_HEADER_SIZE + footer.backward_size;
  if (behind > stream.size()) return false;
  const ByteView field = stream.subspan(stream.size() - static_cast<std::size_t>(behind));
  lzma_index* read = nullptr;
  std::uint64_t memory = std::uint64_t{64} << 20;
  std::size_t position = 0;
  if (lzma_index_buffer_decode(&read, &memory, nullptr, raw(field), &position, field.size()) !=
      LZMA_OK)
    return false;
  const std::unique_ptr<lzma_index, FreeIndex> index(read);
  lzma_index_iter iterator;
  lzma_index_iter_init(&iterator, index.get());
  if (lzma_index_iter_next(&iterator, LZMA_INDEX_ITER_BLOCK)) return true;  // no block at all
  layout.first_payload = iterator.block.uncompressed_size;
  first_unpadded = iterator.block.unpadded_size;
  if (lzma_index_block_count(index.get()) > 1) layout.block_payload = layout.first_payload;
  return true;
}

/// Reads the layout of `stream`, which unpacks. False where it is beyond what we reproduce.
bool read_layout(ByteView stream, Layout& layout) {
  lzma_stream_flags flags{};
  if (stream.size() < std::size_t{2} * LZMA_STREAM_HEADER_SIZE ||
      lzma_stream_header_decode(&flags, raw(stream)) != LZMA_OK)
    return false;
  layout.check = flags.check;
  std::uint64_t unpadded = 0;
  if (!read_index(stream, layout, unpadded)) return false;
  if (unpadded == 0) return true;

  const ByteView first = stream.subspan(LZMA_STREAM_HEADER_SIZE);
  lzma_block block{};
  block.version = 1;
  block.check = flags.check;
  block.filters = layout.filters.data();
  block.header_size = lzma_block_header_size_decode(std::to_integer<std::uint32_t>(first[0]));
  if (block.header_size > first.size() || unpadded > first.size() ||
      lzma_block_header_decode(&block, nullptr, raw(first)) != LZMA_OK)
    return false;
  layout.sizes_in_headers = block.compressed_size != LZMA_VLI_UNKNOWN;
  const std::uint64_t around = block.header_size + lzma_check_size(flags.check);
  if (unpadded < around) return false;
  layout.first_data = first.subspan(block.header_size, static_cast<std::size_t>(unpadded - around));
  return layout.filters.length() > 0 && layout.filters.last().id == LZMA_FILTER_LZMA2;
}

/// lc, lp and pb stand in the first LZMA2 chunk, where it is not a stored one (control < 0xe0).
void read_properties(ByteView data, lzma_options_lzma& options) {
  if (data.size() < 6 || std::to_integer<unsigned>(data[0]) < 0xe0) return;
  const auto properties = std::to_integer<std::uint32_t>(data[5]);
  if (properties > (4 * 5 + 4) * 9 + 8) return;
  options.lc = properties % 9;
  options.lp = properties / 9 % 5;
  options.pb = properties / 45;
}

/// Whether the first block's payload is packed to its data with `options`.
bool reproduces(ByteView before, const Layout& layout, lzma_options_lzma& options) {
  const auto block = before.first(static_cast<std::size_t>(layout.first_payload));
  const bool whole = block.size() <= kProbeBytes;
  const auto chain = layout.filters.with(options);
  LzmaStream stream;
  check_lzma(lzma_raw_encoder(stream.get(), chain.data()));
  Match match(layout.first_data);
  stream.feed(whole ? block : block.first(kProbeBytes), whole ? LZMA_FINISH : LZMA_RUN,
              [&](ByteView part) { return match.feed(part); });
  return whole ? match.whole() : match.holds();
}

/// The options of LZMA2 for a stream of that layout: those that reproduce it, or the likeliest.
lzma_options_lzma find_options(ByteView before, const Layout& layout) {
  if (layout.filters.length() == 0) return lzma_preset(kDefaultPreset);
  const auto& found = *static_cast<const lzma_options_lzma*>(layout.filters.last().options);
  std::optional<lzma_options_lzma> likeliest;
  for (const std::uint32_t preset : presets_for(found.dict_size)) {
    lzma_options_lzma options = lzma_preset(preset);
    options.dict_size = found.dict_size;
    read_properties(layout.first_data, options);
    const auto chain = layout.filters.with(options);
    if (lzma_raw_encoder_memusage(chain.data()) > kEncoderMemory) continue;
    if (!likeliest) likeliest = options;
    if (layout.first_payload <= before.size() && reproduces(before, layout, options))
      return options;
  }
  return likeliest.value_or(lzma_preset(kDefaultPreset));
}

void open_encoder(LzmaStream& stream, const Layout& layout, std::uint64_t block,
                  const lzma_filter* chain) {
  if (!layout.sizes_in_headers) {
    check_lzma(lzma_stream_encoder(stream.get(), chain, layout.check));
    return;
  }
  lzma_mt threads{};
  threads.threads = 1;  // the bytes are the same for any number
  threads.block_size = block;
  threads.filters = chain;
  threads.check = layout.check;
  check_lzma(lzma_stream_encoder_mt(stream.get(), &threads));
}

/// How much payload goes into a block; 0 where all goes into one.
std::uint64_t block_payload(const Layout& layout, const lzma_options_lzma& options) {
  const std::uint64_t smallest = std::max(kSmallestBlock, options.dict_size / kDictionaryToBlock);
  return layout.block_payload < smallest ? 0 : layout.block_payload;
}

/// Packs `payload` in blocks of `block` bytes, cut by hand; 0 stands for one block.
template <typename Sink>
void feed_blocks(LzmaStream& stream, const Content& payload, std::uint64_t block, Sink sink) {
  std::uint64_t done = 0;
  ContentCursor cursor(payload);
  while (done < payload.size()) {
    if (done > 0) stream.feed({}, LZMA_FULL_FLUSH, sink);
    const std::uint64_t left = payload.size() - done;
    const std::uint64_t count = block == 0 ? left : std::min(left, block);
    const Content part = cursor.take(count);
    for_each_part(part, [&](ByteView bytes) { return stream.feed(bytes, LZMA_RUN, sink); });
    done += count;
  }
  stream.feed({}, LZMA_FINISH, sink);
}

Buffer encode(const Content& payload, const Layout& layout, lzma_options_lzma options) {
  const auto chain = layout.filters.with(options);
  const std::uint64_t block = block_payload(layout, options);
  LzmaStream stream;
  open_encoder(stream, layout, block, chain.data());
  Buffer packed;
  // The multi-threaded encoder cuts blocks by itself.
  feed_blocks(stream, payload, layout.sizes_in_headers ? 0 : block, [&](ByteView part) {
    packed.append(part);
    return true;
  });
  return packed;
}

bool honours_recipe() {
  const Content question = known_question();
  const auto crc = [&](std::uint32_t preset) {
    return crc32(encode(question, Layout{}, lzma_preset(preset)));
  };
  return crc(1) == 0xc5f0'75db && crc(6) == 0xa6a6'2373 &&
         crc(6 | LZMA_PRESET_EXTREME) == 0x35f4'82e3;
}

Buffer encode_checked(const Content& payload, const Layout& layout, lzma_options_lzma options) {
  static const bool honoured = honours_recipe();
  if (!honoured) refuse_to_pack("liblzma", lzma_version_string(), "5.4.1");
  return encode(payload, layout, options);
}

class Xz final : public Codec {
 public:
  std::string_view name() const override { return "xz"; }
  bool starts(ByteView bytes) const override { return starts_with(bytes, kMagic); }

  /// Section 2.2: Stream Padding, zeros in fours.
  std::size_t padding(ByteView bytes) const override {
    const auto end = std::ranges::find_if(bytes, [](std::byte b) { return b != std::byte{0}; });
    return static_cast<std::size_t>(end - bytes.begin()) / 4 * 4;
  }

  std::unique_ptr<Decoder> decoder(std::uint64_t memory) const override {
    return std::make_unique<LzmaDecoder>(
        [&](lzma_stream* stream) { return lzma_stream_decoder(stream, memory, 0); });
  }

  PackLike packer_like(ByteView stream, ByteView before) const override {
    const auto layout = std::make_shared<Layout>();
    if (!read_layout(stream, *layout))
      return [this](const Content& payload) { return pack(payload); };
    const lzma_options_lzma options = find_options(before, *layout);
    layout->first_data = {};
    return [layout, options](const Content& payload) {
      return encode_checked(payload, *layout, options);
    };
  }
  Buffer pack(const Content& payload) const override {
    return encode_checked(payload, Layout{}, lzma_preset(kDefaultPreset));
  }

  bool stores() const override { return true; }
  Buffer store(const Content& payload) const override { return store_xz(payload); }
};

}  // namespace

const Codec& xz_codec() {
  static const Xz codec;
  return codec;
}

}  // namespace normalize
