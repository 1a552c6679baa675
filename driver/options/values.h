#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rules/option_words.h"
#include "rules/rules.h"

/// The values of options. Each function throws UsageError that names the option, says what it
/// expects and quotes what it got.
namespace normalize {

[[noreturn]] void reject_value(const std::string& option, const std::string& expected,
                               const std::string& value);

inline constexpr unsigned kMostJobs = 1024;
/// "--jobs": 1 to kMostJobs.
unsigned parse_jobs(const std::string& text);
/// "--seed": 64 bits.
std::uint64_t parse_seed(const std::string& text);
/// The processors there are, within the same limits.
unsigned default_jobs();

std::int64_t parse_epoch_option(const std::string& text);

/// "--formats": "-all,+zip" switches formats off and on, from left to right.
void switch_formats(const std::string& words, Rules& rules);

/// "--type": the name of a format, or "auto".
std::string parse_filter_type(const std::string& name);

/// "--verify" and "--no-verify": "true", "false", or the value that --verify was given.
void parse_verification(const std::string& word, Rules& rules);

/// "--map": "OLD=NEW"; NEW may be empty.
PathMapping parse_path_mapping(const std::string& text);

/// The value that one of a few words stands for.
template <typename T>
T parse_word(const std::string& option, const std::map<std::string, T>& words,
             const std::string& text) {
  try {
    return value_of(words, text);
  } catch (const WordError& error) {
    reject_value(option, error.what(), error.got());
  }
}

}  // namespace normalize
