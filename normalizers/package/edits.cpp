#include "normalizers/package/edits.h"

namespace normalize::package {

std::optional<Content> if_changed(ByteView before, std::string_view text) {
  if (as_text(before) == text) return std::nullopt;
  const ByteView bytes = as_bytes(text);
  return Content::own({bytes.begin(), bytes.end()});
}

}  // namespace normalize::package
