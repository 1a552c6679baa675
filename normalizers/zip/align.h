#pragma once

#include "normalizers/zip/kind.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Finds out which stored members are aligned on purpose, so that they can be mapped into memory,
/// and to what; sets Entry::alignment and Entry::padding_id.
void find_alignment(Archive& archive, const Kind& kind);

/// The bytes to add to a local extra field so that data which would begin at `position` is aligned.
Bytes padding_for(const Entry& entry, std::uint64_t position);

}  // namespace normalize::zip
