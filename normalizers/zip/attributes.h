#pragma once

#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Gives an entry's mode its normal form; in `strict` also what only tells which program wrote it:
/// host system, versions, flags of the compressor, data descriptors. Records what changes.
void settle_attributes(Entry& entry, Context& context);

/// Puts the sizes of an entry into its local header instead of behind the data.
void fold_descriptor(Entry& entry);

inline constexpr std::uint16_t kVersionPlain = 20, kVersion64 = 45;  // section 4.4.3.2
/// Section 4.4.2: Unix, version 2.0, as Python's zipfile says.
inline constexpr std::uint16_t kUnixMadeBy = 3 << 8 | kVersionPlain;

}  // namespace normalize::zip
