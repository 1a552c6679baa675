#pragma once

#include <string>
#include <vector>

namespace normalize {

/// An option of a command, as --help and what is made of it tell it.
struct DescribedOption {
  std::string names;  // "-j,--jobs", "--verify,!--no-verify"
  std::string value;  // "N"; empty where it takes none
  std::string help;
  std::vector<std::string> words;  // the values there are, where there are few
};

/// A command, likewise.
struct DescribedCommand {
  std::string summary;
  std::string usage;  // "normalize apply [OPTION]... PATH..."
  std::vector<DescribedOption> options;
  std::string footer;  // paragraphs, in lines
};

/// The spellings of an option: "-j" and "--jobs".
std::vector<std::string> spellings(const DescribedOption& option);

}  // namespace normalize
