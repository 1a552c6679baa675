#include "driver/store/store_options.h"

#include <cstdlib>
#include <ctime>

#include "driver/options/values.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize::store {

StoreOptions::StoreOptions() : jobs(default_jobs()) {}

void add_store_option(OptionParser& parser, StoreOptions& options) {
  parser.add("-s,--store", "DIR", "The store (default: $NORMALIZE_STORE)",
             [&](const std::string& text) { options.path = text; });
}

void add_jobs_option(OptionParser& parser, StoreOptions& options) {
  parser.add("-j,--jobs", "N", "Files worked on at a time (default: the processors there are)",
             [&](const std::string& text) { options.jobs = parse_jobs(text); });
}

std::string store_path(const StoreOptions& options) {
  if (!options.path.empty()) return options.path;
  const char* const path = std::getenv("NORMALIZE_STORE");
  if (!path || !*path) throw UsageError("--store: tell which store, or set NORMALIZE_STORE");
  return path;
}

bool gave_help(const OptionParser::Parsed& parsed) {
  if (parsed.help.empty()) return false;
  write_standard_output(parsed.help);
  return true;
}

void check_count(const std::vector<std::string>& words, std::size_t least, std::size_t most,
                 const std::string& expected) {
  if (words.size() < least || words.size() > most)
    throw UsageError("give " + expected + " (--help tells how)");
  for (const std::string& word : words)
    if (word.empty()) throw UsageError("an argument is empty");
}

std::string time_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm broken_down{};
  char text[40];
  if (!::gmtime_r(&time, &broken_down) ||
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken_down) == 0)
    return std::to_string(seconds);
  return text;
}

}  // namespace normalize::store
