#include "driver/options/values.h"

#include <algorithm>
#include <charconv>
#include <thread>

#include "driver/rule_files.h"
#include "driver/usage_error.h"
#include "normalizers/registry.h"
#include "rules/epoch.h"
#include "rules/option_words.h"

namespace normalize {
namespace {

std::string known_formats() {
  std::string names;
  for (const auto& format : all_normalizers())
    names += (names.empty() ? "" : ", ") + std::string(format->name());
  return names;
}

}  // namespace

void reject_value(const std::string& option, const std::string& expected,
                  const std::string& value) {
  throw UsageError(option + ": expected " + expected + ", got \"" + value + "\"");
}

unsigned parse_jobs(const std::string& text) {
  unsigned jobs = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, jobs);
  if (error != std::errc{} || stop != end || jobs < 1 || jobs > kMostJobs)
    reject_value("--jobs", "a number from 1 to " + std::to_string(kMostJobs), text);
  return jobs;
}

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || stop != end)
    reject_value("--seed", "a number from 0 to 18446744073709551615", text);
  return seed;
}

unsigned default_jobs() { return std::clamp(std::thread::hardware_concurrency(), 1U, kMostJobs); }

std::int64_t parse_epoch_option(const std::string& text) {
  if (const auto seconds = parse_epoch(text)) return *seconds;
  reject_value("--epoch", "seconds since 1970 in digits", text);
}

void switch_formats(const std::string& words, Rules& rules) {
  try {
    switch_formats(words, switchable_formats(), rules);
  } catch (const WordError& error) {
    reject_value("--formats", error.what(), error.got());
  }
}

std::string parse_filter_type(const std::string& name) {
  if (name != "auto" && !normalizer_named(name))
    reject_value("--type", "auto or one of " + known_formats(), name);
  return name;
}

void parse_verification(const std::string& word, Rules& rules) {
  if (word != "true" && word != "false" && word != "python")
    reject_value("--verify", "python or no value", word);
  rules.verify = word != "false";
  rules.verify_pyc = word == "python";
}

PathMapping parse_path_mapping(const std::string& text) try {
  return path_mapping(text);
} catch (const WordError& error) {
  reject_value("--map", error.what(), error.got());
}

}  // namespace normalize
