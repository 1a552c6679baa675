// XMP, ISO 16684-1: RDF in XML. A simple property is an attribute (section 7.9.2.2) or an element
// (section 7.5). The packet is searched for the names that everybody writes, with the customary
// prefixes; it is not parsed as XML, and nothing but a date that parses is touched.

#include "normalizers/metadata/xmp.h"

#include <array>

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
constexpr std::int64_t kLongAgo = 0;

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

std::optional<std::string> settled(const Rules& rules, std::string_view text) {
  const auto time = WrittenTime::parse(text);
  if (!time) return std::nullopt;
  if (!rules.epoch && rules.strict()) return time->write_in_place(kLongAgo);
  const auto seconds = time->settled(rules);
  return seconds ? time->write_in_place(*seconds) : std::nullopt;
}

}  // namespace

std::optional<Bytes> settle_xmp_dates(ByteView packet, Context& context) {
  const std::string_view text = as_text(packet);
  std::optional<Bytes> after;
  for (const Field& field : kDates) {
    for (std::size_t at = text.find(field.name); at != text.npos;
         at = text.find(field.name, at + field.name.size())) {
      const std::string_view date = value_at(text, at + field.name.size());
      const auto normal = settled(context.rules(), date);
      if (!normal || *normal == date) continue;
      context.changed(field, std::string(date), *normal);
      if (!after) after.emplace(packet.begin(), packet.end());
      std::memcpy(after->data() + (date.data() - text.data()), normal->data(), normal->size());
    }
  }
  return after;
}

}  // namespace normalize
