// FlateDecode, section 7.4.4: a zlib stream (RFC 1950), perhaps of rows that a PNG predictor
// (section 7.4.4.4) has made differences of.

#include "normalizers/pdf/stream.h"

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"

namespace normalize::pdf {
namespace {

constexpr std::uint8_t kMethodMask = 15, kDeflate = 8, kDictionary = 0x20;  // CM, FDICT
constexpr std::uint8_t kWholeWindow = 0x78;                                 // CINFO 7: 32 KB
constexpr std::size_t kHeaderBytes = 2;
constexpr std::uint64_t kFirstPngPredictor = 10, kLastPngPredictor = 15;
constexpr std::uint64_t kMostColumns = 64;
constexpr std::uint8_t kUp = 2;  // PNG filter type

enum class Filter { none, flate, other };

/// The only element of an array, or `value` itself. Null where there are several.
std::optional<Value> only_one(ByteView file, const Value& value, Work& work) {
  if (value.kind != Value::Kind::array) return value;
  constexpr std::size_t kMostFilters = 16;
  const std::vector<Value> all = read_array(file, value, kMostFilters, work);
  return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
}

std::string name_at(ByteView file, const Value& value) {
  if (value.kind != Value::Kind::name) return {};
  return name_text(as_text(file.subspan(value.span.offset, value.span.size)));
}

Filter filter_of(ByteView file, const Stream& stream, Work& work) {
  const Value* const filter = stream.dictionary.find("Filter");
  if (!filter) return Filter::none;
  const auto one = only_one(file, *filter, work);
  return one && name_at(file, *one) == "FlateDecode" ? Filter::flate : Filter::other;
}

/// The columns of a PNG predictor, 0 without one; unset for what we do not know.
std::optional<std::size_t> predictor_columns(ByteView file, const Stream& stream, Work& work) {
  const Value* const parameters = stream.dictionary.find("DecodeParms");
  if (!parameters) return 0;
  const auto one = only_one(file, *parameters, work);
  if (!one || one->kind != Value::Kind::dictionary) return std::nullopt;
  Lexer in(file, one->span.offset, work);
  const Dictionary dictionary = read_dictionary(in);
  const Value* const predictor = dictionary.find("Predictor");
  const Value* const columns = dictionary.find("Columns");
  if (!predictor || (predictor->kind == Value::Kind::integer && predictor->integer == 1)) return 0;
  if (predictor->integer < kFirstPngPredictor || predictor->integer > kLastPngPredictor)
    return std::nullopt;
  if (!columns || columns->integer < 1 || columns->integer > kMostColumns) return std::nullopt;
  return static_cast<std::size_t>(columns->integer);
}

std::uint8_t number(std::byte byte) { return std::to_integer<std::uint8_t>(byte); }

/// RFC 1950 section 2.2, for a window of 32 KB, with the FLEVEL of `flags`.
void write_header(Writer& out, std::uint8_t method, std::uint8_t flags) {
  constexpr std::uint8_t kLevel = 0xc0;
  if (method == kWholeWindow) {
    out.byte(method);
    return out.byte(flags);
  }
  const unsigned word = kWholeWindow * 256U + (flags & kLevel);
  out.byte(kWholeWindow);
  out.byte(static_cast<std::uint8_t>((flags & kLevel) + (31 - word % 31) % 31));
}

DeflateRecipe likely_recipe(std::uint8_t flags) {
  const unsigned level = flags >> 6;
  return {level == 3 ? 9 : level == 0 ? 1 : 6, 8};
}

}  // namespace

std::uint64_t read_object_head(Lexer& in) {
  const std::uint64_t number = in.integer("an object's number").integer;
  in.integer("an object's generation");
  in.expect("obj");
  return number;
}

Stream read_stream(Lexer& in, Dictionary dictionary, std::uint64_t length) {
  in.expect("stream");
  Reader data(in.bytes().subspan(in.position()), in.position());
  if (data.byte("end of line behind \"stream\"") == '\r')
    data.byte("end of line behind \"stream\"");
  if (in.bytes()[data.offset() - 1] != std::byte{'\n'})
    data.fail("no end of line behind \"stream\"");
  Stream stream;
  stream.dictionary = std::move(dictionary);
  stream.data = {data.offset(), static_cast<std::size_t>(length)};
  data.take(length, "stream");
  in.seek(data.offset());
  in.expect("endstream");
  stream.end = in.position();
  return stream;
}

std::optional<Payload> Payload::unpack(ByteView file, const Stream& stream, Work& work,
                                       Context& context) {
  Payload payload;
  payload.data_ = file.subspan(stream.data.offset, stream.data.size);
  const Filter filter = filter_of(file, stream, work);
  if (filter == Filter::other) return std::nullopt;
  if (filter == Filter::none) {
    payload.bytes_.assign(payload.data_.begin(), payload.data_.end());
    context.spend(payload.bytes_.size());
    return payload;
  }
  const auto columns = predictor_columns(file, stream, work);
  if (!columns) return std::nullopt;
  payload.columns_ = *columns;
  payload.packed_ = true;

  Reader in(payload.data_, stream.data.offset);
  const std::uint8_t method = in.byte("zlib CMF"), flags = in.byte("zlib FLG");
  if ((method & kMethodMask) != kDeflate || (method * 256U + flags) % 31 != 0 ||
      (flags & kDictionary) != 0)
    in.fail("a stream's data does not begin as zlib's does");
  Inflated inflated = inflate(in.rest(), 0, context.expansion_left(), in.offset());
  context.spend(inflated.data.size());
  payload.deflated_ = in.take(inflated.stream_bytes, "deflated data");
  if (in.big_endian<std::uint32_t>("Adler-32") != adler32(inflated.data))
    in.fail("Adler-32 does not match the data");
  payload.bytes_ = inflated.data.to_bytes();
  if (*columns != 0) payload.unpredict(stream.data.offset);
  return payload;
}

/// Rows with their filter types stay in raw_, what they mean goes to bytes_. Only "Up" and "None"
/// are undone: writers of cross-reference streams use no other.
void Payload::unpredict(std::size_t offset) {
  raw_ = std::move(bytes_);
  const std::size_t row_bytes = columns_ + 1;
  if (raw_.size() % row_bytes != 0) throw FormatError(offset, "a predictor's last row is short");
  bytes_.clear();
  bytes_.reserve(raw_.size() / row_bytes * columns_);
  Bytes above(columns_);
  for (std::size_t row = 0; row < raw_.size(); row += row_bytes) {
    if (number(raw_[row]) != 0 && number(raw_[row]) != kUp)
      throw FormatError(offset, "a predictor that writers of these streams do not use");
    for (std::size_t i = 0; i < columns_; ++i) {
      const std::uint8_t base = number(raw_[row]) == kUp ? number(above[i]) : std::uint8_t{0};
      above[i] = static_cast<std::byte>(number(raw_[row + 1 + i]) + base);
      bytes_.push_back(above[i]);
    }
  }
}

Bytes Payload::predicted(const Bytes& bytes) const {
  Bytes raw;
  raw.reserve(raw_.size());
  for (std::size_t row = 0; row * columns_ < bytes.size(); ++row) {
    const std::byte type = raw_[row * (columns_ + 1)];
    raw.push_back(type);
    for (std::size_t i = 0; i < columns_; ++i) {
      const std::size_t at = row * columns_ + i;
      const bool differs = number(type) == kUp && row > 0;
      const unsigned base = differs ? number(bytes[at - columns_]) : 0U;
      raw.push_back(static_cast<std::byte>(number(bytes[at]) - base));
    }
  }
  return raw;
}

Bytes Payload::pack(const Bytes& bytes) const {
  if (!packed_) return bytes;
  const std::uint8_t flags = number(data_[1]);
  const Bytes& before = columns_ != 0 ? raw_ : bytes_;
  const Bytes after = columns_ != 0 ? predicted(bytes) : bytes;
  const DeflateRecipe likely = likely_recipe(flags);
  Writer out;
  write_header(out, number(data_[0]), flags);
  out.bytes(deflate(Content::view(after),
                    find_deflate_recipe(before, deflated_, likely).value_or(likely)));
  out.big_endian(adler32(after));
  // Some writers count the end of line in front of "endstream" as data.
  out.bytes(data_.subspan(kHeaderBytes + deflated_.size() + sizeof(std::uint32_t)));
  return std::move(out).finish().to_bytes();
}

}  // namespace normalize::pdf
