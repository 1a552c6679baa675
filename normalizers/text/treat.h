#pragma once

#include "normalizers/context.h"
#include "normalizers/ruling.h"

namespace normalize {

/// The most bytes that rules treat as a text; a larger file is left, and that is said.
inline constexpr std::size_t kMostTextBytes = std::size_t{64} << 20;

/// What the text treatments of rules make of `text`, one rule behind the other: findings tell each
/// change by its rule. `text` itself, and a note, where that is too large, costs too much, or would
/// not be the same once more. The content may view `text`. Throws ServiceError as plugins do.
Content treat_text(const Ruling& ruling, ByteView text, Context& context);

}  // namespace normalize
