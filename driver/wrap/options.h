#pragma once

#include <string>
#include <vector>

#include "driver/options/tree_options.h"

namespace normalize::wrap {

/// The options of `wrap`, understood.
struct WrapOptions {
  TreeOptions tree;
  std::string creator;  // --as
  std::vector<std::string> stages, outputs;
  std::string resign;
  bool strip_signature = false;
  bool twice = false;
  /// The options as they were said.
  std::vector<OptionParser::Said> said;
};

/// Adds the options of `wrap`, which those outlive; what has been said counts as said.
void add_wrap_options(OptionParser& parser, WrapOptions& options);

struct ParsedOptions {
  std::string help;  // of --help; empty where that was not asked for
  std::vector<std::string> command;
};

/// Fills in `options` by the words of a command line. Throws UsageError.
ParsedOptions parse_wrap_options(const std::vector<std::string>& words, WrapOptions& options);

}  // namespace normalize::wrap
