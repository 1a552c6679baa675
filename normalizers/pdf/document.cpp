#include "normalizers/pdf/document.h"

#include "normalizers/error.h"

namespace normalize::pdf {
namespace {

constexpr std::string_view kStartxref = "startxref";
/// Readers look for "startxref" in so many of the last bytes (Annex I, note 18 of version 1.7).
constexpr std::size_t kTailBytes = 1024;
constexpr std::size_t kHeadBytes = 1024;
constexpr std::size_t kMostSections = 4096;
constexpr std::uint64_t kMostObjectsInStream = 1 << 20;

/// Every byte may be looked at a few times, and small files as often as they like.
std::uint64_t allowed_work(ByteView file) {
  constexpr std::uint64_t kTimes = 8, kAlways = std::uint64_t{16} << 20;
  return kTimes * file.size() + kAlways;
}

std::optional<std::size_t> offset_at(const Dictionary& trailer, std::string_view name,
                                     std::size_t section) {
  const Value* const offset = trailer.find(name);
  if (!offset) return std::nullopt;
  if (offset->kind != Value::Kind::integer)
    throw FormatError(section, std::string(name) + " of a trailer is not an offset");
  return static_cast<std::size_t>(offset->integer);
}

}  // namespace

Document::Document(ByteView file, Context& context)
    : file_(file), context_(context), work_(allowed_work(file)) {
  read_linearization();
  Lexer in(file_, find_startxref(), work_);
  in.expect(kStartxref);
  startxref_ = read_value(in);
  if (startxref_.kind != Value::Kind::integer) in.fail("startxref is followed by no offset");
  read_sections(static_cast<std::size_t>(startxref_.integer), context);
}

std::size_t Document::find_startxref() {
  const std::size_t tail = file_.size() - std::min(file_.size(), kTailBytes);
  const std::size_t found = as_text(file_.subspan(tail)).rfind(kStartxref);
  if (found == std::string_view::npos)
    throw FormatError(file_.size(), "startxref is missing at the end");
  return tail + found;
}

/// Section 7.5.6: the newest section names the one before it. A hybrid file (section 7.5.8.4) puts
/// a stream beside a table, which is asked behind it.
void Document::read_sections(std::size_t offset, Context& context) {
  std::set<std::size_t> seen;
  const auto read = [&](std::size_t at) -> const Dictionary& {
    if (sections_.size() == kMostSections)
      throw LimitError("has more than " + std::to_string(kMostSections) + " revisions");
    const Section& section = sections_.emplace_back(file_, at, work_, context);
    if (!seen.insert(section.span().offset).second)
      throw FormatError(at, "cross-reference sections that lead to each other in a circle");
    return section.trailer();
  };
  for (std::optional<std::size_t> next = offset; next;) {
    const Dictionary trailer = read(*next);
    next = offset_at(trailer, "Prev", *next);
    if (const auto beside = offset_at(trailer, "XRefStm", offset)) read(*beside);
  }
}

/// Annex F.3.3: the linearization parameters are the first object.
void Document::read_linearization() {
  const std::size_t object = as_text(file_.first(std::min(file_.size(), kHeadBytes))).find(" obj");
  if (object == std::string_view::npos) return;
  Lexer in(file_, object, work_);
  in.expect("obj");
  const Value first = read_value(in);
  if (first.kind != Value::Kind::dictionary) return;
  in.seek(first.span.offset);
  linearized_ = read_dictionary(in).find("Linearized") != nullptr;
}

std::optional<Entry> Document::find(std::uint64_t number, std::size_t view) {
  for (; view < sections_.size(); ++view) {
    const auto entry = sections_[view].find(number, work_);
    work_.spend(1);
    if (!entry) continue;
    // What a hybrid file's table calls free may stand in the stream beside it.
    const bool hidden = entry->kind == Entry::Kind::free && view + 1 < sections_.size() &&
                        sections_[view].trailer().find("XRefStm");
    if (!hidden) return entry;
    const auto beside = sections_[view + 1].find(number, work_);
    return beside ? beside : entry;
  }
  return std::nullopt;
}

std::optional<Object> Document::read_object(std::uint64_t number, std::size_t view) {
  const auto entry = find(number, view);
  if (!entry || entry->kind == Entry::Kind::free) return std::nullopt;
  if (entry->kind == Entry::Kind::in_stream) return read_packed(number, *entry, view);
  return read_in_file(number, *entry);
}

Object Document::read_in_file(std::uint64_t number, const Entry& entry) {
  Lexer in(file_, static_cast<std::size_t>(entry.place), work_);
  if (read_object_head(in) != number)
    throw FormatError(entry.place, "the cross-reference leads to another object");
  return {nullptr, read_value(in)};
}

std::optional<Object> Document::read_packed(std::uint64_t number, const Entry& entry,
                                            std::size_t view) {
  ObjectStream* const objects = object_stream(entry.place, view);
  if (!objects) return std::nullopt;
  if (entry.index >= objects->objects.size() || objects->objects[entry.index].first != number)
    throw FormatError(objects->stream.data.offset, "an object stream holds other objects");
  Lexer in(objects->payload.bytes(), objects->objects[entry.index].second, work_);
  return Object{objects, read_value(in)};
}

/// Null where it is packed or measured in a way we do not know.
ObjectStream* Document::object_stream(std::uint64_t number, std::size_t view) {
  const auto entry = find(number, view);
  if (!entry || entry->kind != Entry::Kind::in_file)
    throw FormatError(0, "an object stream is missing");
  const auto offset = static_cast<std::size_t>(entry->place);
  if (const auto known = object_streams_.find(offset); known != object_streams_.end())
    return &known->second;
  auto stream = this->stream(read_in_file(number, *entry), view);
  auto payload = stream ? Payload::unpack(file_, *stream, work_, context_) : std::nullopt;
  if (!payload) {
    if (!said_unreadable_)
      context_.note("an object stream is packed or measured in a way we do not know; kept");
    said_unreadable_ = true;
    return nullptr;
  }
  ObjectStream objects{std::move(*stream), std::move(*payload), {}, false, {}};
  read_directory(objects);
  objects.after = objects.payload.bytes();
  return &object_streams_.emplace(offset, std::move(objects)).first->second;
}

/// Section 7.5.7: N pairs of a number and an offset, counted from First.
void Document::read_directory(ObjectStream& objects) {
  const Value* const count = objects.stream.dictionary.find("N");
  const Value* const first = objects.stream.dictionary.find("First");
  if (!count || !first || count->integer > kMostObjectsInStream)
    throw FormatError(objects.stream.data.offset, "an object stream without /N or /First");
  Lexer in(objects.payload.bytes(), 0, work_);
  for (std::uint64_t i = 0; i < count->integer; ++i) {
    const std::uint64_t number = in.integer("an object's number").integer;
    const std::uint64_t offset = in.integer("an object's offset").integer;
    objects.objects.emplace_back(number, static_cast<std::size_t>(first->integer + offset));
  }
}

std::optional<Object> Document::resolve(Object object, std::size_t view) {
  if (object.value.kind != Value::Kind::reference) return object;
  return read_object(object.value.integer, view);
}

/// A program that merges equal objects makes streams share a length, which then must not change.
/// Dictionaries of streams never stand in object streams, so all uses are there to be seen; what
/// only looks like one does no harm.
void Document::count_lengths() {
  constexpr std::string_view kLength = "/Length";
  const std::string_view text = as_text(file_);
  work_.spend(text.size());
  for (std::size_t at = text.find(kLength); at != text.npos; at = text.find(kLength, at)) {
    at += kLength.size();
    if (at < text.size() && !is_space(text[at])) continue;  // /Length1, of a font
    while (at < text.size() && is_space(text[at])) ++at;
    std::uint64_t number = 0;
    for (std::size_t digits = 0; at < text.size() && digits < 10 && is_digit(text[at]); ++digits)
      number = number * 10 + static_cast<std::uint64_t>(text[at++] - '0');
    while (at < text.size() && is_space(text[at])) ++at;
    const bool reference = at < text.size() && is_digit(text[at]);
    if (reference) ++length_uses_[number];
  }
  length_uses_.try_emplace(0);
}

void Document::forget_changes() {
  for (auto& [offset, objects] : object_streams_) {
    objects.after = objects.payload.bytes();
    objects.holds_settled = false;
  }
}

ByteView Document::bytes_around(const Object& object) const {
  return object.in ? ByteView(object.in->payload.bytes()) : file_;
}

Dictionary Document::dictionary(const Object& object) {
  Lexer in(bytes_around(object), object.value.span.offset, work_);
  return read_dictionary(in);
}

std::optional<Stream> Document::stream(const Object& object, std::size_t view) {
  if (object.in || object.value.kind != Value::Kind::dictionary) return std::nullopt;
  Lexer in(file_, object.value.span.offset, work_);
  Dictionary dictionary = read_dictionary(in);
  const Token behind = in.next();
  if (behind.kind != Token::Kind::keyword || in.text(behind) != "stream") return std::nullopt;
  const Value* const length = dictionary.find("Length");
  if (!length) in.fail("a stream without /Length");
  const auto number = length_in_file(*length, view);
  if (!number) return std::nullopt;
  if (number->kind != Value::Kind::integer) in.fail("/Length is not a number");
  in.seek(behind.span.offset);
  Stream stream = read_stream(in, std::move(dictionary), number->integer);
  stream.length = *number;
  return stream;
}

/// An object stream's length must not stand in another one, and no writer puts any other there:
/// so nothing here calls itself.
std::optional<Value> Document::length_in_file(const Value& length, std::size_t view) {
  if (length.kind != Value::Kind::reference) return length;
  const auto entry = find(length.integer, view);
  if (!entry || entry->kind != Entry::Kind::in_file) return std::nullopt;
  if (length_uses_.empty()) count_lengths();
  if (length_uses_[length.integer] > 1) return std::nullopt;
  return read_in_file(length.integer, *entry).value;
}

}  // namespace normalize::pdf
