#pragma once

#include <compare>
#include <map>
#include <optional>

#include "driver/guarded.h"
#include "driver/tree/open.h"
#include "normalizers/bytes/digest.h"

namespace normalize {

/// What a file's bytes are, as far as one can tell files apart by it.
struct ContentId {
  std::uint64_t size = 0;
  Bytes digest;
  friend auto operator<=>(const ContentId&, const ContentId&) = default;
};

/// What the files that `check` would change are going to hold. One object serves all workers.
class NormalForms {
 public:
  void add(const Identity& file, const Content& content) {
    RunningDigest digest;
    for (const Content::Piece& piece : content.pieces()) digest.add(piece.bytes);
    forms_.with([&](auto& forms) { forms[file] = {content.size(), digest.finish()}; });
  }

  /// Unset where the file holds it already.
  std::optional<ContentId> of(const Identity& file) {
    return forms_.with([&](const auto& forms) -> std::optional<ContentId> {
      const auto found = forms.find(file);
      return found == forms.end() ? std::nullopt : std::optional(found->second);
    });
  }

 private:
  Guarded<std::map<Identity, ContentId>> forms_;
};

}  // namespace normalize
