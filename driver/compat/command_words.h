#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// One option of another program's command line.
struct WordOption {
  enum class Value { none, required, optional, negatable };
  char letter;            // 0 where it has none
  std::string_view name;  // without the dashes
  Value value = Value::none;
};

struct GivenOption {
  const WordOption* option;
  std::optional<std::string> value;
  bool negated = false;  // "--no-NAME"
};

struct CommandWords {
  std::vector<GivenOption> options;  // in their order
  std::vector<std::string> paths;

  /// The last value given for an option; unset where it was not given, empty where without a value.
  std::optional<std::string> last(std::string_view name) const;
  bool has(std::string_view name) const { return last(name).has_value(); }
};

/// Whether the start of a long name will do where no other begins so, as in Getopt::Long.
enum class Abbreviations { refused, taken };

/// Splits a command line as getopt_long(3) and its like do: options and paths in any order, letters
/// together in one word, values attached or in the next word, "--" before what are paths all. An
/// optional value of the next word must not begin with '-'. Throws UsageError.
CommandWords split_words(std::span<const WordOption> options, const std::vector<std::string>& words,
                         Abbreviations abbreviations);

}  // namespace normalize
