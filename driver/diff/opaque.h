#pragma once

#include <string_view>

#include "driver/diff/result.h"
#include "normalizers/bytes/bytes.h"
#include "rules/rules.h"

namespace normalize::diff {

/// Says in what two files differ that nobody looks into: by the objects that their format
/// describes, by sections, by lines, or by bytes. `format` is by the registry, and may be empty.
void explain_opaque(std::string_view format, ByteView a, ByteView b, const Rules& rules,
                    Node& node);

/// Says in what the descriptions differ that their format gives of two archives: what stands beside
/// their members. False where it gives none, or the same.
bool explain_by_description(std::string_view format, ByteView a, ByteView b, const Rules& rules,
                            Node& node);

}  // namespace normalize::diff
