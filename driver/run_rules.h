#pragma once

#include <string>
#include <vector>

#include "driver/epoch/choose.h"
#include "driver/report/options.h"
#include "rules/rules.h"

namespace normalize {

/// The rules of one run, and where its epoch is from.
struct RunRules {
  Rules rules;
  std::string epoch_origin;  // "SOURCE_DATE_EPOCH"; empty where there is no epoch
};

/// `rules` with the epoch of a run on `paths`. Warns on standard error of an epoch in the future.
/// Throws UsageError as choose_epoch() does, and where --time=set has nothing to set.
RunRules settle_rules(const Rules& rules, const EpochChoice& choice,
                      const std::vector<std::string>& paths, const ReportOptions& report);

}  // namespace normalize
