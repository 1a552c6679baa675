#pragma once

#include <string>
#include <vector>

#include "driver/epoch/choose.h"
#include "driver/options/parser.h"
#include "driver/report/options.h"
#include "rules/rules.h"

namespace normalize {

/// The rules of one run, and where its epoch is from.
struct RunRules {
  Rules rules;
  std::string epoch_origin;  // "SOURCE_DATE_EPOCH"; empty where there is no epoch
};

/// Whether the options of trees' own rule files count.
enum class TreeFiles { count, do_not_count };

/// `rules` with the rule files and the epoch of a run on `paths`. `parser` fills `rules`, `epoch`
/// and the options of a command, and has parsed the command line; now it takes what rule files say
/// of options, SOURCE_DATE_EPOCH before their epoch. Warns on standard error of an epoch in the
/// future. Throws UsageError as choose_epoch() does, and where --time=set has nothing to set, and
/// as load_rule_files().
RunRules settle_rules(OptionParser& parser, Rules& rules, EpochChoice& epoch,
                      const std::vector<std::string>& paths, const ReportOptions& report,
                      TreeFiles tree_files = TreeFiles::count);

}  // namespace normalize
