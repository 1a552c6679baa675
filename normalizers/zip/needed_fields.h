#pragma once

#include <cstdint>

namespace normalize::zip {

/// Whether some reader is known to go by extra fields called `id`: they tell names, attributes,
/// encryption, signatures, sizes, or hold data in place.
bool is_needed(std::uint16_t id);

}  // namespace normalize::zip
