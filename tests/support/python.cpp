#include "tests/support/python.h"

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "driver/python/launcher_process.h"
#include "tests/support/tree.h"

namespace normalize::test {
namespace {

bool by_launcher() { return std::getenv("NORMALIZE_TEST_LAUNCHER") != nullptr; }

std::vector<pid_t> children_of(pid_t pid) {
  const std::string number = std::to_string(pid);
  std::ifstream file("/proc/" + number + "/task/" + number + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

}  // namespace

#ifdef NORMALIZE_PYTHON_PROGRAM

bool have_python_helper() { return true; }

HelperOptions python_options(std::chrono::milliseconds patience, std::uint64_t memory_bytes) {
  return as_launched({NORMALIZE_PYTHON_PROGRAM, patience, memory_bytes});
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

HelperOptions as_launched(HelperOptions options) {
  constexpr std::size_t kMost = 64;
  if (by_launcher())
    options.launcher = std::make_shared<LauncherProcess>(helper_call(options), kMost);
  return options;
}

bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) >= 0; }

bool has_helpers() {
  if (!by_launcher()) return has_children();
  return std::ranges::any_of(children_of(::getpid()),
                             [](pid_t launcher) { return !children_of(launcher).empty(); });
}

}  // namespace normalize::test
