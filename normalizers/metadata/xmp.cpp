// XMP, ISO 16684-1: RDF in XML. A simple property is an attribute (section 7.9.2.2) or an element
// (section 7.5). The packet is searched for the names that everybody writes, with the customary
// prefixes; it is not parsed as XML, and nothing but a date that parses is touched.

#include "normalizers/metadata/xmp.h"

#include <array>
#include <set>

#include "normalizers/metadata/written_time.h"

namespace normalize {
namespace {

constexpr std::string_view kHint = "exiftool -XMP:all=, or a fixed date";
/// "xap" is what "xmp" was called before 2004.
constexpr std::array kDates{
    Field{"xmp:CreateDate", kHint},   Field{"xmp:ModifyDate", kHint},
    Field{"xmp:MetadataDate", kHint}, Field{"stEvt:when", kHint},
    Field{"xap:CreateDate", kHint},   Field{"xap:ModifyDate", kHint},
    Field{"xap:MetadataDate", kHint},
};

constexpr std::string_view kIdentifierHint = "gs -dOmitXMP=true, or no identifiers";
/// What a tool makes up when it writes a file.
constexpr std::array kOwnIdentifiers{
    Field{"xmpMM:DocumentID", kIdentifierHint}, Field{"xmpMM:InstanceID", kIdentifierHint},
    Field{"xapMM:DocumentID", kIdentifierHint}, Field{"xapMM:InstanceID", kIdentifierHint},
    Field{"stEvt:instanceID", kIdentifierHint}, Field{"rdf:about", kIdentifierHint},
};
/// What names the file itself or the one it was made from.
constexpr std::array kReferences{
    Field{"xmpMM:OriginalDocumentID", kIdentifierHint},
    Field{"stRef:originalDocumentID", kIdentifierHint},
    Field{"stRef:documentID", kIdentifierHint},
    Field{"stRef:instanceID", kIdentifierHint},
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The value of the property whose name ends at `position`; empty where none begins there.
std::string_view value_at(std::string_view packet, std::size_t position) {
  const auto skip_spaces = [&] {
    while (position < packet.size() && is_space(packet[position])) ++position;
  };
  char end = '<';
  if (position < packet.size() && packet[position] == '>') {
    ++position;
  } else {
    skip_spaces();
    if (position >= packet.size() || packet[position] != '=') return {};
    ++position;
    skip_spaces();
    if (position >= packet.size() || (packet[position] != '"' && packet[position] != '\''))
      return {};
    end = packet[position++];
  }
  constexpr std::size_t kLongestDate = 64;
  const std::string_view text = packet.substr(position, kLongestDate);
  const std::size_t length = text.find(end);
  return length == text.npos ? std::string_view() : text.substr(0, length);
}

bool is_hexadecimal(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// The UUID that `value` ends with, behind a prefix such as "uuid:" or "xmp.iid:": with its four
/// dashes, or without any as Adobe writes it. Empty where there is none.
std::string_view uuid_in(std::string_view value) {
  constexpr std::size_t kDashed = 36, kPlain = 32;
  const std::string_view uuid = value.substr(value.rfind(':') + 1);  // npos + 1 is 0
  if (uuid.size() != kDashed && uuid.size() != kPlain) return {};
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    const bool dash = uuid.size() == kDashed && (i == 8 || i == 13 || i == 18 || i == 23);
    if (dash ? uuid[i] != '-' : !is_hexadecimal(uuid[i])) return {};
  }
  return uuid;
}

/// Calls `visit` with every value of a property called `name`.
template <typename Visit>
void each_value(std::string_view packet, std::string_view name, Visit visit) {
  for (std::size_t at = packet.find(name); at != packet.npos;
       at = packet.find(name, at + name.size()))
    visit(value_at(packet, at + name.size()));
}

}  // namespace

std::optional<Bytes> settle_xmp_dates(ByteView packet, Context& context) {
  const std::string_view text = as_text(packet);
  std::optional<Bytes> after;
  for (const Field& field : kDates)
    each_value(text, field.name, [&](std::string_view date) {
      const auto normal = settled_metadata_date(date, context.rules());
      if (!normal) return;
      context.changed(field, std::string(date), *normal);
      if (!after) after.emplace(packet.begin(), packet.end());
      std::memcpy(after->data() + (date.data() - text.data()), normal->data(), normal->size());
    });
  return after;
}

std::vector<XmpIdentifier> find_xmp_identifiers(ByteView packet) {
  const std::string_view text = as_text(packet);
  std::vector<XmpIdentifier> found;
  std::set<std::string_view> own;
  const auto add = [&](const Field& field, std::string_view uuid) {
    const auto offset = static_cast<std::size_t>(uuid.data() - text.data());
    found.push_back({&field, offset, uuid.size()});
  };
  for (const Field& field : kOwnIdentifiers)
    each_value(text, field.name, [&](std::string_view value) {
      const std::string_view uuid = uuid_in(value);
      if (uuid.empty()) return;
      own.insert(uuid);
      add(field, uuid);
    });
  for (const Field& field : kReferences)
    each_value(text, field.name, [&](std::string_view value) {
      if (const std::string_view uuid = uuid_in(value); own.contains(uuid)) add(field, uuid);
    });
  return found;
}

}  // namespace normalize
