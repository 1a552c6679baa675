#pragma once

#include "driver/options/parser.h"
#include "driver/report/options.h"
#include "driver/store/store.h"

/// What several of the store's commands take. What it is to fill in outlives the parser.
namespace normalize::store {

struct StoreOptions {
  std::string path;  // as --store has it
  ReportOptions report;
  unsigned jobs;

  StoreOptions();
};

/// --store
void add_store_option(OptionParser& parser, StoreOptions& options);
/// --jobs
void add_jobs_option(OptionParser& parser, StoreOptions& options);

/// Where the store is: --store, else $NORMALIZE_STORE. Throws UsageError where neither says.
std::string store_path(const StoreOptions& options);

/// Prints --help where it was asked for, and answers whether it was.
bool gave_help(const OptionParser::Parsed& parsed);
/// Throws UsageError where there are fewer or more than `least` to `most` words. `expected` tells
/// what they are.
void check_count(const std::vector<std::string>& words, std::size_t least, std::size_t most,
                 const std::string& expected);

/// "2024-01-02T03:04:05Z".
std::string time_text(std::int64_t seconds);

}  // namespace normalize::store
