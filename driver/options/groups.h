#pragma once

#include "driver/epoch/choose.h"
#include "driver/options/parser.h"
#include "driver/pipeline.h"
#include "driver/python/services.h"
#include "driver/report/options.h"
#include "rules/rules.h"

/// Options that several commands have. What they are to fill in outlives the parser.
namespace normalize {

/// --epoch, --epoch-from
void add_epoch_options(OptionParser& parser, EpochChoice& epoch);
/// What is normal: --rules, --time, --profile, --recompress, --signed, --order, --owners, --pyc,
/// --map, --formats, --verify.
void add_rules_options(OptionParser& parser, Rules& rules);
/// --rules
void add_rule_file_option(OptionParser& parser, Rules& rules);
/// --plugin-path
void add_plugin_options(OptionParser& parser, PluginOptions& plugins);
/// --jobs, --exclude
void add_walk_options(OptionParser& parser, Task& task);
/// --format of a list: text or jsonl
void add_format_option(OptionParser& parser, ReportOptions& report);
/// --color
void add_color_option(OptionParser& parser, ReportOptions& report);
/// --format of a run
void add_run_format_option(OptionParser& parser, ReportOptions& report);
/// --verbose, --quiet, --format of a run, --color
void add_report_options(OptionParser& parser, ReportOptions& report);

}  // namespace normalize
