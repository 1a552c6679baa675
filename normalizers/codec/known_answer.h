#pragma once

#include <string_view>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/content.h"

namespace normalize {

/// What a library is asked to pack before anything is packed with it. Text that makes every level
/// find its own matches: words in an order of no period.
Content known_question(std::size_t size = 50'000);

/// Throws CodecError: `library` does not pack as `reference`, the version that the recipes were
/// frozen with.
[[noreturn]] void refuse_to_pack(std::string_view library, std::string_view version,
                                 std::string_view reference);

}  // namespace normalize
