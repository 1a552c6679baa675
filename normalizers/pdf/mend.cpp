#include "normalizers/pdf/mend.h"

namespace normalize::pdf {
namespace {

/// A cross-reference stream holds offsets of what may stand behind it, and packs them: so its size
/// depends on them, and they on its size. They settle in the second or third round.
constexpr int kMostRounds = 8;

void move_number(ByteView file, const Value* number, const OffsetMap& map, Edits& edits) {
  if (number && number->kind == Value::Kind::integer)
    replace_number(file, *number, map(number->integer), edits);
}

/// False where an offset outgrows its field.
bool mend_section(ByteView file, const Section& section, const OffsetMap& map, Edits& edits) {
  move_number(file, section.trailer().find("Prev"), map, edits);
  move_number(file, section.trailer().find("XRefStm"), map, edits);
  if (section.startxref()) move_number(file, &*section.startxref(), map, edits);
  if (!section.is_stream()) {
    section.move_table(map, edits);
    return true;
  }
  auto data = section.moved_stream(map);
  if (!data) return false;
  replace_number(file, section.stream().length, data->size(), edits);
  edits.replace(section.stream().data, std::move(*data));
  return true;
}

}  // namespace

void replace_number(ByteView file, const Value& number, std::uint64_t with, Edits& edits) {
  const std::string_view before = as_text(file.subspan(number.span.offset, number.span.size));
  std::string text = std::to_string(with);
  if (before.starts_with('0') && text.size() < before.size())
    text.insert(0, before.size() - text.size(), '0');
  if (text != before) edits.replace(number.span, text);
}

std::optional<Edits> mend_offsets(const Document& document, const Edits& edits) {
  constexpr std::uint64_t kMostBytes = 9'000'000'000;  // a table has ten digits
  const ByteView file = document.file();
  if (file.size() > kMostBytes) return std::nullopt;
  Edits mended = edits;
  for (int round = 0; round < kMostRounds; ++round) {
    const OffsetMap map = mended.offset_map(file);
    Edits next = edits;
    move_number(file, &document.startxref(), map, next);
    for (const Section& section : document.sections())
      if (!mend_section(file, section, map, next)) return std::nullopt;
    if (next == mended) return mended;
    mended = std::move(next);
  }
  return std::nullopt;
}

}  // namespace normalize::pdf
