#pragma once

#include <string>
#include <vector>

#include "driver/options.h"

namespace normalize {

/// The rules of one run, and where its epoch is from.
struct RunRules {
  Rules rules;
  std::string epoch_origin;  // "SOURCE_DATE_EPOCH"; empty where there is no epoch
};

/// The options' rules with the epoch of a run on `paths`. Warns on standard error of an epoch in
/// the future. Throws UsageError as choose_epoch() does, and where --time=set has nothing to set.
RunRules settle_rules(const Options& options, const std::vector<std::string>& paths);

}  // namespace normalize
