#include "normalizers/pdf/xref.h"

#include "normalizers/bytes/reader.h"

namespace normalize::pdf {
namespace {

/// Section 7.5.4: "0000000015 00000 n" and two characters of an end of line.
constexpr std::size_t kRowBytes = 20, kOffsetDigits = 10, kTypeAt = 17;
constexpr std::size_t kMostSubsections = 1 << 16;
constexpr std::uint64_t kMostWidth = 8;

bool is_row(std::string_view row) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    return std::ranges::all_of(row.substr(from, count), is_digit);
  };
  return digits(0, kOffsetDigits) && row[10] == ' ' && digits(11, 5) && row[16] == ' ' &&
         (row[kTypeAt] == 'n' || row[kTypeAt] == 'f') && is_space(row[18]) && is_space(row[19]);
}

}  // namespace

Section::Section(ByteView file, std::size_t offset, Work& work, Context& context) : file_(file) {
  Lexer in(file, offset, work);
  if (in.at_digit()) {
    read_stream(in, in.position(), context);
  } else {
    span_.offset = in.expect("xref").span.offset;
    read_table(in);
    span_.size = in.position() - span_.offset;
  }
  read_startxref(in);
}

void Section::read_table(Lexer& in) {
  while (in.at_digit()) {
    const std::uint64_t first = in.integer("first object of a subsection").integer;
    const std::uint64_t count = in.integer("size of a subsection").integer;
    if (count == 0) continue;
    if (!in.at_digit()) in.fail("a subsection has no entries");
    if (count > (file_.size() - in.position()) / kRowBytes)
      in.fail("a subsection has more entries than the file has room for");
    if (subsections_.size() == kMostSubsections) in.fail("too many subsections");
    const Subsection part{first, count, in.position()};
    in.work().spend(count * kRowBytes);
    check_rows(part);
    subsections_.push_back(part);
    in.seek(in.position() + static_cast<std::size_t>(count) * kRowBytes);
  }
  trailer_offset_ = in.expect("trailer").span.offset;
  stream_.dictionary = read_dictionary(in);
}

void Section::check_rows(const Subsection& part) const {
  for (std::uint64_t i = 0; i < part.count; ++i)
    if (!is_row(as_text(file_.subspan(row(part, i), kRowBytes))))
      throw FormatError(row(part, i), "an entry of the cross-reference table is malformed");
}

void Section::read_stream(Lexer& in, std::size_t offset, Context& context) {
  read_object_head(in);
  Dictionary dictionary = read_dictionary(in);
  const Value* const length = dictionary.find("Length");
  if (!length || length->kind != Value::Kind::integer)
    in.fail("a cross-reference stream has no /Length");
  const Value size = *length;
  stream_ = pdf::read_stream(in, std::move(dictionary), size.integer);
  stream_.length = size;
  span_ = {offset, in.position() - offset};
  in.expect("endobj");
  payload_ = Payload::unpack(file_, stream_, in.work(), context);
  if (!payload_) in.fail("a cross-reference stream is packed in a way we do not know");
  read_widths(in.work());
  read_index(in.work());
}

void Section::read_widths(Work& work) {
  const auto fail = [&] { throw FormatError(span_.offset, "/W of a cross-reference stream"); };
  const Value* const widths = trailer().find("W");
  if (!widths || widths->kind != Value::Kind::array) fail();
  const std::vector<Value> fields = read_array(file_, *widths, widths_.size(), work);
  if (fields.size() != widths_.size()) fail();
  for (std::size_t i = 0; i < widths_.size(); ++i) {
    if (fields[i].kind != Value::Kind::integer || fields[i].integer > kMostWidth) fail();
    widths_[i] = static_cast<std::size_t>(fields[i].integer);
  }
  if (row_bytes() == 0) fail();
}

/// Section 7.5.8.2: pairs of a first object and a count; by default all of them.
void Section::read_index(Work& work) {
  const auto fail = [&] { throw FormatError(span_.offset, "/Index of a cross-reference stream"); };
  const Value* const index = trailer().find("Index");
  const Value* const size = trailer().find("Size");
  if (!size || size->kind != Value::Kind::integer) fail();
  std::vector<Value> numbers{Value{}, *size};
  if (index && index->kind == Value::Kind::array)
    numbers = read_array(file_, *index, 2 * kMostSubsections, work);
  if (numbers.size() % 2 != 0) fail();
  std::size_t rows_left = payload_->bytes().size() / row_bytes();
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const std::uint64_t count = numbers[i + 1].integer;
    if (count > rows_left) fail();
    subsections_.push_back({numbers[i].integer, count, used_bytes_});
    used_bytes_ += static_cast<std::size_t>(count) * row_bytes();
    rows_left -= static_cast<std::size_t>(count);
  }
}

void Section::read_startxref(Lexer& in) {
  if (!in.at("startxref")) return;
  in.next();
  const Value offset = read_value(in);
  if (offset.kind == Value::Kind::integer) startxref_ = offset;
}

std::size_t Section::row_bytes() const { return widths_[0] + widths_[1] + widths_[2]; }

std::size_t Section::row(const Subsection& part, std::uint64_t index) const {
  return part.position + static_cast<std::size_t>(index) * (is_stream() ? row_bytes() : kRowBytes);
}

Entry Section::table_entry(const Subsection& part, std::uint64_t index) const {
  const std::string_view text = as_text(file_.subspan(row(part, index), kRowBytes));
  if (text[kTypeAt] == 'f') return {};
  Entry entry{Entry::Kind::in_file};
  for (const char c : text.substr(0, kOffsetDigits))
    entry.place = entry.place * 10 + static_cast<std::uint64_t>(c - '0');
  if (entry.place == 0) return {};  // some writers' way to say that there is no such object
  return entry;
}

std::uint64_t Section::field(std::size_t at, std::size_t which) const {
  for (std::size_t i = 0; i < which; ++i) at += widths_[i];
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < widths_[which]; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(payload_->bytes()[at + i]);
  return value;
}

/// Section 7.5.8.3, table 18. Without a field for it, the type is 1.
Entry Section::stream_entry(std::size_t at) const {
  switch (widths_[0] == 0 ? 1 : field(at, 0)) {
    case 1:
      return {Entry::Kind::in_file, field(at, 1), 0};
    case 2:
      return {Entry::Kind::in_stream, field(at, 1), field(at, 2)};
    default:
      return {};
  }
}

bool Section::store_place(Bytes& rows, std::size_t at, std::uint64_t place) const {
  for (std::size_t i = widths_[1]; i > 0; --i, place >>= 8)
    rows[at + widths_[0] + i - 1] = static_cast<std::byte>(place);
  return place == 0;
}

std::optional<Bytes> Section::moved_stream(const OffsetMap& map) const {
  Bytes rows = payload_->bytes();
  for (std::size_t at = 0; at < used_bytes_; at += row_bytes()) {
    const Entry entry = stream_entry(at);
    if (entry.kind == Entry::Kind::in_file && !store_place(rows, at, map(entry.place)))
      return std::nullopt;
  }
  return rows == payload_->bytes() ? payload_->data() : payload_->pack(rows);
}

void Section::move_table(const OffsetMap& map, Edits& edits) const {
  for (const Subsection& part : subsections_) {
    const Span span{part.position, static_cast<std::size_t>(part.count) * kRowBytes};
    const ByteView before = file_.subspan(span.offset, span.size);
    Bytes rows(before.begin(), before.end());
    for (std::uint64_t i = 0; i < part.count; ++i) {
      const Entry entry = table_entry(part, i);
      if (entry.kind != Entry::Kind::in_file) continue;
      std::string digits = std::to_string(map(entry.place));
      digits.insert(0, kOffsetDigits - std::min(kOffsetDigits, digits.size()), '0');
      std::memcpy(rows.data() + static_cast<std::size_t>(i) * kRowBytes, digits.data(),
                  kOffsetDigits);
    }
    if (!equal(rows, before)) edits.replace(span, std::move(rows));
  }
}

std::optional<Entry> Section::find(std::uint64_t number, Work& work) const {
  for (const Subsection& part : subsections_) {
    work.spend(1);
    if (number < part.first || number - part.first >= part.count) continue;
    const std::uint64_t index = number - part.first;
    return is_stream() ? stream_entry(row(part, index)) : table_entry(part, index);
  }
  return std::nullopt;
}

}  // namespace normalize::pdf
