#pragma once

#include "driver/report/progress.h"
#include "driver/store/store.h"

namespace normalize::store {

/// What of a store is not as it was written.
struct StoreDamage {
  std::string what;
  std::vector<std::string>
      builds;  // that cannot be had whole because of it; none where nobody does
};

/// Reads every byte of a store on `jobs` workers: bundles against their checksums, objects against
/// their digests, builds against the objects that they need. Returns what is wrong, in a fixed
/// order.
std::vector<StoreDamage> check(Store& store, unsigned jobs, Progress* progress);

}  // namespace normalize::store
