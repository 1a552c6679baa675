#pragma once

#include <string>
#include <vector>

#include "tests/support/tree.h"

namespace normalize::test {

struct Python {
  std::string program;
  int major, minor;
};

/// The interpreters to test with: the system's python3 and those that the variable
/// NORMALIZE_PYTHONS names, separated by colons. Where there is none, says "skipped".
std::vector<Python> pythons();

/// Runs one of the scripts in tests/support/pyc/; words are quoted.
CommandResult run_script(const Python& python, std::string_view script,
                         const std::vector<std::string>& arguments);

/// Every file below a folder whose name ends like that, in the order of names.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::string_view ending = "");

}  // namespace normalize::test
