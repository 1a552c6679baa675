#pragma once

#include <vector>

#include "normalizers/context.h"
#include "normalizers/zip/kind.h"
#include "normalizers/zip/records.h"

namespace normalize::zip {

/// Sorts the entries into the order of their kind, by name as bytes where that has no say. Entries
/// of one name keep their order: readers differ in which of them they take. Records a change.
void settle_order(Archive& archive, const Kind& kind, Context& context);

}  // namespace normalize::zip
