#include "normalizers/pdf/metadata.h"

#include "normalizers/bytes/digest.h"
#include "normalizers/metadata/written_time.h"
#include "normalizers/pdf/string.h"

namespace normalize::pdf {
namespace {

constexpr std::string_view kHint =
    "SOURCE_DATE_EPOCH; \\pdfinfoomitdate=1 (pdfTeX); -dOmitInfoDate=true (Ghostscript)";
constexpr Field kCreationDate{"CreationDate", kHint};
constexpr Field kModDate{"ModDate", kHint};

/// RFC 9562 section 5.8: version 8 is for whoever makes up identifiers in a way of their own.
Bytes derived_uuid(Bytes digest, std::size_t index) {
  constexpr std::size_t kUuidBytes = 16, kVersion = 6, kVariant = 8;
  for (std::size_t i = 0; i < sizeof index; ++i)
    digest.push_back(static_cast<std::byte>(std::uint64_t{index} >> (8 * i)));
  Bytes uuid = message_digest("sha256", Content::view(digest)).value();
  uuid.resize(kUuidBytes);
  uuid[kVersion] = (uuid[kVersion] & std::byte{0x0f}) | std::byte{0x80};
  uuid[kVariant] = (uuid[kVariant] & std::byte{0x3f}) | std::byte{0x80};
  return uuid;
}

/// `uuid` in the way that `before` is written: with dashes or without, in small letters or not.
std::string written_like(std::string_view before, const Bytes& uuid) {
  const bool small = std::ranges::any_of(before, [](char c) { return c >= 'a' && c <= 'f'; });
  const std::string digits = hexadecimal(uuid);
  std::string text;
  std::size_t next = 0;
  for (const char c : before) {
    char digit = c == '-' ? '-' : digits[next++];
    if (!small && digit >= 'a') digit = static_cast<char>(digit - 'a' + 'A');
    text += digit;
  }
  return text;
}

}  // namespace

Metadata::Metadata(Document& document, PackedStreams packed, Context& context)
    : document_(document), packed_(packed), context_(context) {
  document_.forget_changes();
  for (std::size_t view = 0; view < document.sections().size(); ++view) {
    read_information(view);
    read_packet(view);
  }
}

void Metadata::read_information(std::size_t view) {
  const Value* const reference = document_.sections()[view].trailer().find("Info");
  if (!reference) return;
  const auto information = document_.resolve({nullptr, *reference}, view);
  if (!information || information->value.kind != Value::Kind::dictionary) return;
  const Dictionary dictionary = document_.dictionary(*information);
  for (const Field* const field : {&kCreationDate, &kModDate}) {
    const Value* const date = dictionary.find(field->name);
    if (!date) continue;
    const auto string = document_.resolve({information->in, *date}, view);
    if (string && string->value.is_string() &&
        seen_.emplace(string->in, string->value.span.offset).second)
      settle_date(*field, *string);
  }
}

void Metadata::settle_date(const Field& field, const Object& string) {
  const Span span = string.value.span;
  if (span.size > kLongestString || (string.in && packed_ == PackedStreams::keep)) return;
  if (string.in) string.in->holds_settled = true;
  const StringToken token(document_.bytes_around(string).subspan(span.offset, span.size));
  if (token.bytes().empty()) return;
  const auto date = ascii_text(token.bytes());
  if (!date || !WrittenTime::parse(*date))
    return context_.note(std::string(field.name) + " is no date; kept");
  const auto normal = settled_metadata_date(*date, context_.rules());
  if (!normal) return;
  auto after = token.with(with_ascii_text(token.bytes(), *normal));
  if (!after) return context_.note(std::string(field.name) + " is written in escapes; kept");
  context_.changed(field, *date, *normal);
  store(string, std::move(*after));
}

void Metadata::store(const Object& string, Bytes token) {
  const Span span = string.value.span;
  if (!string.in) return edits_.replace(span, std::move(token));
  std::ranges::copy(token, string.in->after.begin() + static_cast<std::ptrdiff_t>(span.offset));
}

void Metadata::read_packet(std::size_t view) {
  const Value* const root = document_.sections()[view].trailer().find("Root");
  const auto catalog = root ? document_.resolve({nullptr, *root}, view) : std::nullopt;
  if (!catalog || catalog->value.kind != Value::Kind::dictionary) return;
  const Dictionary dictionary = document_.dictionary(*catalog);
  const Value* const metadata = dictionary.find("Metadata");
  if (!metadata || metadata->kind != Value::Kind::reference) return;
  const auto object = document_.resolve({nullptr, *metadata}, view);
  if (!object || !seen_.emplace(object->in, object->value.span.offset).second) return;
  auto stream = document_.stream(*object, view);
  auto payload = stream ? Payload::unpack(document_.file(), *stream, document_.work(), context_)
                        : std::nullopt;
  if (!payload)
    return context_.note("Metadata is packed or measured in a way we do not know; kept");
  if (payload->packed() && packed_ == PackedStreams::keep) return;
  Bytes after = settle_xmp_dates(payload->bytes(), context_).value_or(payload->bytes());
  auto identifiers = find_xmp_identifiers(after);
  packets_.push_back(
      {std::move(*stream), std::move(*payload), std::move(after), std::move(identifiers)});
}

bool Metadata::has_identifiers() const {
  return std::ranges::any_of(packets_,
                             [](const Packet& packet) { return !packet.identifiers.empty(); });
}

void Metadata::settle_identifiers(const Bytes& digest) {
  std::map<std::string, std::size_t> known;  // in the order of their first appearance
  for (Packet& packet : packets_)
    for (const XmpIdentifier& place : packet.identifiers) {
      const std::string before(
          as_text(ByteView(packet.payload.bytes()).subspan(place.offset, place.size)));
      const std::size_t index = known.emplace(before, known.size()).first->second;
      const std::string after = written_like(before, derived_uuid(digest, index));
      if (after == before) continue;
      context_.changed(*place.field, before, after);
      std::memcpy(packet.after.data() + place.offset, after.data(), after.size());
    }
}

}  // namespace normalize::pdf
