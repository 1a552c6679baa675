#include "normalizers/packed.h"

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/recipes.h"

namespace normalize {
namespace {

constexpr std::string_view kCompressedData = "compressed data";
/// Where streams are packed again only if what is in them has changed, and where all are.
constexpr Field kFollowingData = Field::following(kCompressedData);
constexpr Field kRepackedData{kCompressedData, "one version and one level of the packer"};

struct Stream {
  ByteView packed;
  ByteView padding;  // behind it
  std::size_t payload_bytes;
};

/// What the streams of a file unpack to, no further than somebody asks.
class PackedSource final : public Source {
 public:
  PackedSource(const Codec& codec, ByteView input, Context& context)
      : codec_(codec), input_(input), context_(context) {}

  std::uint64_t size() override { return all().size(); }
  ByteView tail(std::size_t count) override { return all().last(std::min(payload_.size(), count)); }

  ByteView head() override {
    if (unpacked_) return ByteView(payload_).first(std::min(payload_.size(), kHeadBytes));
    for (Reader in(input_); head_.size() < kHeadBytes && codec_.starts(in.rest());)
      pass(in, unpack_head(codec_, in.rest(), memory(), in.offset(), kHeadBytes, head_));
    return head_;
  }

  ByteView all() override {
    if (unpacked_) return payload_;
    Reader in(input_);
    while (codec_.starts(in.rest())) {
      const ByteView from = in.rest();
      const std::size_t before = payload_.size();
      const std::size_t end =
          unpack(codec_, from, {context_.expansion_left(), memory()}, in.offset(), payload_);
      const std::size_t payload_bytes = payload_.size() - before;
      // What is kept of a stream counts too: a file may hold millions without any payload.
      context_.spend(payload_bytes + sizeof(Stream));
      streams_.push_back({from.first(end), pass(in, end), payload_bytes});
    }
    trailing_ = in.rest();
    unpacked_ = true;
    return payload_;
  }

  /// After all().
  const std::vector<Stream>& streams() const { return streams_; }
  ByteView trailing() const { return trailing_; }

 private:
  std::uint64_t memory() const { return context_.rules().limits.decoder_memory; }

  /// Passes over a stream and the padding behind it, which is returned.
  ByteView pass(Reader& in, std::size_t stream_bytes) {
    in.take(stream_bytes, "stream");
    return in.take(codec_.padding(in.rest()), "padding");
  }

  const Codec& codec_;
  const ByteView input_;
  Context& context_;
  Bytes head_;
  Buffer payload_;
  bool unpacked_ = false;
  std::vector<Stream> streams_;
  ByteView trailing_;
};

bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

/// The stream anew for its share of the payload, as the rules ask for it.
Content encode(const Codec& codec, const Stream& stream, ByteView before, const Content& share,
               Recompress recompress) {
  if (recompress == Recompress::canonical) return Content::own(codec.pack(share));
  if (recompress == Recompress::store && codec.stores()) return Content::own(codec.store(share));
  if (share == before) return Content::view(stream.packed);
  return Content::own(codec.pack_like(stream.packed, before, share));
}

Content write_streams(const Codec& codec, PackedSource& source, const std::vector<Content>& shares,
                      Context& context) {
  Writer out;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const Stream& stream = source.streams()[i];
    const ByteView before = source.all().subspan(offset, stream.payload_bytes);
    const Content packed =
        encode(codec, stream, before, shares[i], context.rules().recompression());
    if (!(packed == stream.packed)) say_packed_again(stream.packed.size(), packed.size(), context);
    out.carry(packed);
    out.carry(stream.padding);
    offset += stream.payload_bytes;
  }
  out.carry(source.trailing());
  return std::move(out).finish();
}

/// Whether what packed the file can be told from it, so that other payload may come packed
/// likewise.
bool is_reproduced(const Codec& codec, PackedSource& source) {
  ByteView left = source.all();
  for (const Stream& stream : source.streams()) {
    const ByteView payload = left.first(stream.payload_bytes);
    left = left.subspan(payload.size());
    if (!(codec.pack_like(stream.packed, payload, Content::view(payload)) == stream.packed))
      return false;
  }
  return true;
}

std::vector<Content> cut(const Content& whole, std::span<const std::size_t> part_bytes) {
  ContentCursor cursor(whole);
  std::vector<Content> shares;
  shares.reserve(part_bytes.size());
  for (const std::size_t size : part_bytes) shares.push_back(cursor.take(size));
  return shares;
}

/// The parts' sizes once the payload has become `size` bytes. Unset where a part begins elsewhere
/// than at one of `borders`.
std::optional<std::vector<std::size_t>> moved_parts(std::span<const std::size_t> part_bytes,
                                                    std::span<const Border> borders,
                                                    std::uint64_t size) {
  if (part_bytes.empty()) return std::nullopt;
  std::vector<std::size_t> moved;
  std::uint64_t end_before = 0, start_after = 0;
  for (const std::size_t bytes : part_bytes.first(part_bytes.size() - 1)) {
    end_before += bytes;
    const auto border = std::ranges::lower_bound(borders, end_before, {}, &Border::before);
    if (border == borders.end() || border->before != end_before) return std::nullopt;
    moved.push_back(static_cast<std::size_t>(border->after - start_after));
    start_after = border->after;
  }
  moved.push_back(static_cast<std::size_t>(size - start_after));
  return moved;
}

/// Why the payload has to stay, or nothing.
std::string_view obstacle(const Codec& codec, const PackedSource& source) {
  const auto is_index = [&](const Stream& stream) { return codec.is_index(stream.packed); };
  if (!codec.packs()) return "this format is read and not written";
  if (std::ranges::any_of(source.streams(), is_index))
    return "a skippable frame may index the compressed data";
  return {};
}

}  // namespace

std::string payload_name(std::string_view name, std::span<const PackedSuffix> suffixes) {
  for (const PackedSuffix& suffix : suffixes)
    if (name.size() > suffix.packed.size() && name.ends_with(suffix.packed))
      return std::string(name.substr(0, name.size() - suffix.packed.size())).append(suffix.payload);
  return std::string(name);
}

std::vector<Content> normalize_parts(std::string_view name, Source& payload,
                                     std::span<const std::size_t> part_bytes, Context& context) {
  std::vector<Border> borders;
  const bool has_borders = part_bytes.size() > 1;
  const std::optional<Content> changed =
      context.member(name, payload, {nullptr, nullptr, has_borders ? &borders : nullptr});
  if (!changed) return cut(Content::view(payload.all()), part_bytes);
  if (const auto moved = moved_parts(part_bytes, borders, changed->size()))
    return cut(*changed, *moved);
  if (changed->size() != payload.size()) return {*changed};
  return cut(*changed, part_bytes);
}

void say_packed_again(std::uint64_t before, std::uint64_t after, Context& context) {
  const bool follows = context.rules().recompression() == Recompress::keep;
  context.changed(
      follows ? kFollowingData : kRepackedData, std::to_string(before) + " bytes",
      std::to_string(after) + " bytes, packed again by canon " + std::to_string(kCanon));
}

Content normalize_packed(const Codec& codec, ByteView input, std::span<const PackedSuffix> suffixes,
                         Context& context) {
  const std::string name = payload_name(context.name(), suffixes);
  PackedSource source(codec, input, context);
  const bool claimed = context.claims(name, source);
  if (!claimed && context.rules().recompression() == Recompress::keep) return Content::view(input);

  source.all();
  if (!all_zero(source.trailing()))
    context.note(std::to_string(source.trailing().size()) + " bytes behind the last stream; kept");
  if (const std::string_view why = obstacle(codec, source); !why.empty()) {
    if (claimed) context.note(std::string(why) + ", so what it unpacks to is left as it was");
    return Content::view(input);
  }
  if (context.rules().noise && context.rules().recompression() == Recompress::keep &&
      !is_reproduced(codec, source))
    return Content::view(input);
  std::vector<std::size_t> part_bytes;
  for (const Stream& stream : source.streams()) part_bytes.push_back(stream.payload_bytes);
  return write_streams(codec, source, normalize_parts(name, source, part_bytes, context), context);
}

}  // namespace normalize
