#include "driver/options/file_options.h"

#include <algorithm>
#include <array>

#include "driver/options/commands.h"

namespace normalize {
namespace {

/// What says which files a run is about, and which rule files.
constexpr std::array<std::string_view, 8> kNotInFiles{
    "baseline", "brp", "cache", "files-from", "null", "rules", "type", "write-baseline"};
constexpr std::array<std::string_view, 4> kFlags{"link-duplicates", "quiet", "strict", "verbose"};
constexpr std::array<std::string_view, 10> kOfTrees{"epoch",  "exclude", "formats", "order",
                                                    "owners", "profile", "pyc",     "recompress",
                                                    "signed", "time"};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

[[noreturn]] void reject(const FileOption& option, const std::string& problem) {
  throw RuleFileError(option.place + ": " + option.name + ": " + problem);
}

void check_of_tree(const FileOption& option) {
  if (!is_among(kOfTrees, option.name)) reject(option, "is not for a tree's own rule file to say");
  if (option.name == "signed" && option.value == "strip")
    reject(option, "a tree's own rule file takes off no signatures");
  if (option.name == "pyc" && option.value == "recompile")
    reject(option, "a tree's own rule file starts no Python");
}

/// By a parser that nobody asks for what it has taken.
void check_value(const FileOption& option) try {
  Options unused;
  const auto parser = options_parser(unused, Options::Command::check);
  parser->take_lesser({option});
  if (parser->said().empty()) reject(option, "no option that a rule file can set");
} catch (const UsageError& error) {
  const std::string text = error.what();  // "--jobs: expected ..."
  throw RuleFileError(option.place + ": " + text.substr(text.starts_with("--") ? 2 : 0));
}

}  // namespace

void check_options_of_tree(const Rule& rule) {
  for (const FileOption& option : rule.said_options)
    if (option.name != "map") check_of_tree(option);
}

void check_file_options(const std::vector<FileOption>& options, OptionsOf whose) {
  const FileOption* epoch = nullptr;
  for (const FileOption& option : options) {
    if (is_among(kNotInFiles, option.name)) reject(option, "is for the command line alone");
    check_value(option);
    if (is_among(kFlags, option.name) && option.value != "true" && option.value != "false")
      reject(option, "expected true or false");
    if (whose == OptionsOf::tree) check_of_tree(option);
    if (!option.name.starts_with("epoch")) continue;
    if (epoch) reject(option, "there is an epoch already");
    epoch = &option;
  }
}

}  // namespace normalize
