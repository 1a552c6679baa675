#include "tests/support/python.h"

#include <sys/wait.h>

#include <filesystem>
#include <iostream>

#include "tests/support/tree.h"

namespace normalize::test {

#ifdef NORMALIZE_PYTHON_PROGRAM

bool have_python_helper() { return true; }

HelperOptions python_options(std::chrono::milliseconds patience, std::uint64_t memory_bytes) {
  return {NORMALIZE_PYTHON_PROGRAM, patience, memory_bytes};
}

std::string python_command() { return shell_word(NORMALIZE_PYTHON_EXECUTABLE); }

#else

bool have_python_helper() {
  std::cout << "skipped: normalize-python was not built (python3-dev)\n";
  return false;
}

HelperOptions python_options(std::chrono::milliseconds patience, std::uint64_t memory_bytes) {
  return {"normalize-python", patience, memory_bytes};
}

std::string python_command() { return "python3"; }

#endif

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0; }

}  // namespace normalize::test
