// PNG, third edition (W3C, also ISO/IEC 15948). A signature and chunks, each with a CRC. Dates are
// what two runs of one tool leave different: tIME, textual chunks (tEXt, zTXt, iTXt) whose keyword
// says that they are one, dates inside eXIf and inside XMP. Those later than the epoch are lowered
// to it, in the way they are written; without an epoch, tIME and the textual dates are dropped.
// All other chunks, the pixels first of all, are carried over as they stand.

#include <array>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/metadata/exif.h"
#include "normalizers/metadata/written_time.h"
#include "normalizers/metadata/xmp.h"
#include "normalizers/registry.h"

namespace normalize {
namespace {

using namespace std::string_view_literals;

/// Section 5.2, and the head of the chunk that has to come first: section 11.2.1.
constexpr std::string_view kStart = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"sv;
constexpr std::size_t kSignatureBytes = 8;
constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";

constexpr std::string_view kHint = "convert -define png:exclude-chunks=date,time";
constexpr Field kTime{"tIME", kHint};
constexpr Field kTextDate{"text date", kHint};
constexpr Field kSoftware{"Software", ""};

struct Chunk {
  std::string_view type;
  ByteView data;
  ByteView whole;  // with length, type and CRC
  std::size_t data_offset = 0;
};

/// Section 5.3.
Chunk read_chunk(Reader& in) {
  const ByteView from = in.rest();
  Chunk chunk;
  const auto length = in.big_endian<std::uint32_t>("chunk length");
  const ByteView type = in.take(4, "chunk type");
  chunk.type = as_text(type);
  chunk.data_offset = in.offset();
  chunk.data = in.take(length, "chunk data");
  const std::uint32_t crc = crc32(chunk.data, crc32(type));
  if (in.big_endian<std::uint32_t>("chunk CRC") != crc)
    in.fail("CRC of a chunk does not match its data");
  chunk.whole = from.first(from.size() - in.remaining());
  return chunk;
}

void write_chunk(Writer& out, std::string_view type, ByteView data) {
  out.big_endian(static_cast<std::uint32_t>(data.size()));
  out.text(type);
  out.bytes(data);
  out.big_endian(crc32(data, crc32(as_bytes(type))));
}

/// A date is years, months, ... as one text: "2024-01-02T03:04:05Z".
std::optional<WrittenTime> read_time(const Chunk& chunk) {
  Reader in(chunk.data, chunk.data_offset);
  const auto year = in.big_endian<std::uint16_t>("tIME year");
  std::string text = std::to_string(year);
  text.insert(0, 4 - std::min<std::size_t>(4, text.size()), '0');
  for (const char separator : {'-', '-', 'T', ':', ':'}) {
    const std::string number = std::to_string(in.byte("tIME"));
    text += separator + (number.size() < 2 ? "0" + number : number);
  }
  if (in.remaining() > 0) in.fail("tIME is longer than 7 bytes");
  return WrittenTime::parse(text + "Z");
}

Bytes pack_time(const WrittenTime& time, std::int64_t seconds) {
  const std::string text = time.write(seconds);
  const auto number = [&](std::size_t at, std::size_t digits) {
    return static_cast<std::uint16_t>(std::stoi(text.substr(at, digits)));
  };
  Writer out;
  out.big_endian(number(0, 4));
  for (const std::size_t at : {5U, 8U, 11U, 14U, 17U})
    out.byte(static_cast<std::uint8_t>(number(at, 2)));
  return std::move(out).finish().to_bytes();
}

/// Section 11.3.4.1: seven bytes, in UTC.
void settle_time_chunk(const Chunk& chunk, Writer& out, Context& context) {
  const auto time = read_time(chunk);
  if (!time || !context.rules().epoch) {
    context.changed(kTime, time ? time->write(time->seconds()) : "no date", "");
    return;
  }
  const auto seconds = time->settled(context.rules());
  if (!seconds) return out.carry(chunk.whole);
  context.changed(kTime, time->write(time->seconds()), time->write(*seconds));
  write_chunk(out, chunk.type, pack_time(*time, *seconds));
}

/// A textual chunk, section 11.3.3, taken apart.
struct Text {
  std::string_view keyword;
  ByteView before;  // everything in front of the text
  ByteView stored;  // the text as it stands
  Buffer unpacked;  // where it is compressed
  bool compressed = false;

  ByteView text() const { return compressed ? ByteView(unpacked) : stored; }
};

/// A zlib stream, RFC 1950.
Buffer unpack(ByteView zlib, std::size_t offset, Context& context) {
  Reader in(zlib, offset);
  in.take(2, "zlib header");
  Inflated inflated = inflate(in.rest(), 0, context.expansion_left(), in.offset());
  context.spend(inflated.data.size());
  return std::move(inflated.data);
}

Bytes pack(ByteView text) {
  Writer out;
  out.text("\x78\x9c");  // 32 KB window, default level
  out.bytes(deflate(Content::view(text), {}));
  out.big_endian(adler32(text));
  return std::move(out).finish().to_bytes();
}

std::string_view keyword_of(const Chunk& chunk) {
  Reader in(chunk.data, chunk.data_offset);
  const std::string_view keyword = as_text(in.zero_terminated("keyword"));
  return keyword.substr(0, keyword.size() - 1);
}

Text read_text(const Chunk& chunk, Context& context) {
  Reader in(chunk.data, chunk.data_offset);
  Text text;
  text.keyword = keyword_of(chunk);
  in.zero_terminated("keyword");
  if (chunk.type == "zTXt") {
    in.byte("compression method");
    text.compressed = true;
  } else if (chunk.type == "iTXt") {
    text.compressed = in.byte("compression flag") != 0;
    in.byte("compression method");
    in.zero_terminated("language tag");
    in.zero_terminated("translated keyword");
  }
  text.before = chunk.data.first(chunk.data.size() - in.remaining());
  text.stored = in.rest();
  if (text.compressed) text.unpacked = unpack(text.stored, in.offset(), context);
  return text;
}

void write_text(Writer& out, const Chunk& chunk, const Text& text, ByteView after) {
  Writer data;
  data.bytes(text.before);
  data.bytes(text.compressed ? pack(after) : Bytes(after.begin(), after.end()));
  write_chunk(out, chunk.type, std::move(data).finish().to_bytes());
}

std::string shown(const Text& text) {
  constexpr std::size_t kMostShown = 80;
  const std::string_view value = as_text(text.text()).substr(0, kMostShown);
  return std::string(text.keyword) + ": " + std::string(value);
}

/// Lowered to the epoch; dropped where there is none, or where nobody can tell which date it is.
void settle_date_text(const Chunk& chunk, Writer& out, Context& context) {
  const Text text = read_text(chunk, context);
  const auto time = WrittenTime::parse(as_text(text.text()));
  if (!time || !context.rules().epoch) return context.changed(kTextDate, shown(text), "");
  const auto seconds = time->settled(context.rules());
  if (!seconds) return out.carry(chunk.whole);
  const std::string after = time->write(*seconds);
  context.changed(kTextDate, shown(text), std::string(text.keyword) + ": " + after);
  write_text(out, chunk, text, as_bytes(after));
}

void settle_xmp(const Chunk& chunk, Writer& out, Context& context) {
  const Text text = read_text(chunk, context);
  const auto after = settle_xmp_dates(text.text(), context);
  if (after) {
    write_text(out, chunk, text, *after);
  } else {
    out.carry(chunk.whole);
  }
}

/// "ImageMagick 6.9.7-4 Q16 x86_64 20170114": eight digits in a row.
bool holds_date(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = c >= '0' && c <= '9' ? run + 1 : 0;
    if (run == 8) return true;
  }
  return false;
}

void settle_software(const Chunk& chunk, Writer& out, Context& context) {
  const Text text = read_text(chunk, context);
  if (!holds_date(as_text(text.text()))) return out.carry(chunk.whole);
  context.changed(kSoftware, shown(text), "");
}

void settle_text(const Chunk& chunk, Writer& out, Context& context) {
  const std::string_view keyword = keyword_of(chunk);
  if (keyword.starts_with("date:") || keyword == "Creation Time")
    return settle_date_text(chunk, out, context);
  if (keyword == kXmpKeyword && chunk.type == "iTXt") return settle_xmp(chunk, out, context);
  if (keyword == "Software" && context.rules().strict())
    return settle_software(chunk, out, context);
  out.carry(chunk.whole);
}

void settle_exif_chunk(const Chunk& chunk, Writer& out, Context& context) {
  const auto after = settle_exif(chunk.data, context);
  if (after) {
    write_chunk(out, chunk.type, *after);
  } else {
    out.carry(chunk.whole);
  }
}

void settle_chunk(const Chunk& chunk, Writer& out, Context& context) {
  if (chunk.type == "tIME") return settle_time_chunk(chunk, out, context);
  if (chunk.type == "eXIf") return settle_exif_chunk(chunk, out, context);
  if (chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt")
    return settle_text(chunk, out, context);
  out.carry(chunk.whole);
}

class Png final : public Normalizer {
 public:
  std::string_view name() const override { return "png"; }
  bool recognizes(const Probe& probe) const override { return starts_with(probe.head, kStart); }

  Content normalize(ByteView input, Context& context) const override {
    Reader in(input);
    Writer out;
    out.carry(in.take(kSignatureBytes, "signature"));
    for (bool more = true; more;) {
      const Chunk chunk = read_chunk(in);
      settle_chunk(chunk, out, context);
      more = chunk.type != "IEND";
    }
    if (in.remaining() > 0)
      context.note(std::to_string(in.remaining()) + " bytes behind IEND; kept");
    out.carry(in.rest());
    return std::move(out).finish();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_png() { return std::make_unique<Png>(); }

}  // namespace normalize
