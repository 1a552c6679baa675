#pragma once

#include <string>

#include "normalizers/bytes/bytes.h"

namespace normalize::diff {

/// How two runs of bytes differ, as the rows of a hex dump: '-' and '+' in front of those that
/// differ, offsets counted from `base`. Bounded: the rows at the first difference, and how many
/// bytes differ in all.
std::string hex_diff(ByteView a, ByteView b, std::uint64_t base = 0);

}  // namespace normalize::diff
