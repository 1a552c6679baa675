#include "normalizers/pdf/edits.h"

#include "normalizers/error.h"

namespace normalize::pdf {

std::uint64_t OffsetMap::operator()(std::uint64_t offset) const {
  if (offset > file_bytes_) return offset;
  const auto behind = std::ranges::lower_bound(steps_, offset, {}, &Step::begin);
  if (behind == steps_.begin()) return offset;
  const Step& step = *std::prev(behind);
  if (offset < step.end) throw FormatError(offset, "an offset leads into the middle of an object");
  return offset + step.shift;
}

void Edits::replace(Span span, std::string_view with) {
  const ByteView bytes = as_bytes(with);
  replace(span, Bytes(bytes.begin(), bytes.end()));
}

bool Edits::moves() const {
  return std::ranges::any_of(
      edits_, [](const auto& edit) { return edit.second.with.size() != edit.second.span.size; });
}

void Edits::check_apart() const {
  std::size_t end = 0;
  for (const auto& [offset, edit] : edits_) {
    if (offset < end) throw FormatError(offset, "objects that overlap");
    end = edit.span.end();
  }
}

OffsetMap Edits::offset_map(ByteView file) const {
  check_apart();
  OffsetMap map;
  map.file_bytes_ = file.size();
  std::uint64_t shift = 0;
  for (const auto& [offset, edit] : edits_) {
    if (edit.with.size() == edit.span.size) continue;
    shift += edit.with.size() - edit.span.size;
    map.steps_.push_back({offset, edit.span.end(), shift});
  }
  return map;
}

Content Edits::apply(ByteView file) const {
  check_apart();
  Content content;
  std::size_t done = 0;
  for (const auto& [offset, edit] : edits_) {
    content.append(Content::view(file.subspan(done, offset - done)));
    content.append(Content::own(edit.with));
    done = edit.span.end();
  }
  content.append(Content::view(file.subspan(done)));
  return content;
}

}  // namespace normalize::pdf
