#pragma once

#include "driver/store/store.h"

namespace normalize::store {

struct Collected {
  std::uint64_t bytes_before = 0, bytes_after = 0;  // of all bundles
};

/// Takes what no build needs out of a store that is open for writing. New bundles are on disk
/// before the old ones go, for which readers are waited for. Throws DamageError, having removed
/// nothing, where some build or something that it needs cannot be read.
Collected collect(Store& store);

}  // namespace normalize::store
