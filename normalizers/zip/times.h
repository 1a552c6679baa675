#pragma once

#include <vector>

#include "normalizers/context.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// The time of last modification of one entry.
struct EntryTime {
  std::int64_t before = 0, after = 0;  // seconds since 1970-01-01
  bool is_utc = false;                 // else a DOS time, in a zone nobody knows, read as UTC
};

/// What the times of an archive become: clamped, with the compiled classes of Clojure kept newer
/// than their sources. One for each entry.
std::vector<EntryTime> normal_times(const Archive& archive, Context& context);

/// Writes the DOS times of an entry; records what changes.
void settle_dos_time(Entry& entry, const EntryTime& time, Context& context);

}  // namespace normalize::zip
