#pragma once

#include <string>
#include <vector>

namespace normalize {

struct ProgramResult {
  int status;  // its exit status, or 128 and the signal that ended it
  std::string output;
  std::string errors;
};

/// Runs a program found in PATH to its end, with nothing to read and the environment variables
/// `without` taken away. Throws std::system_error where it cannot be started.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& without = {});

}  // namespace normalize
