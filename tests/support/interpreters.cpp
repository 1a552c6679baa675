#include "tests/support/interpreters.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include "tests/support/bytes.h"

namespace normalize::test {

namespace fs = std::filesystem;

std::vector<Python> pythons() {
  const char* more = std::getenv("NORMALIZE_PYTHONS");
  std::istringstream programs(std::string("/usr/bin/python3:") + (more ? more : ""));
  std::vector<Python> found;
  for (std::string program; std::getline(programs, program, ':');) {
    if (program.empty() || !fs::exists(program)) continue;
    const CommandResult version = run_command(
        shell_word(program) + " -c 'import sys; print(\"%d %d\" % sys.version_info[:2])'");
    Python python{program, 0, 0};
    if (std::sscanf(version.output.c_str(), "%d %d", &python.major, &python.minor) == 2)
      found.push_back(python);
  }
  if (found.empty()) std::cout << "skipped: python3 is not installed\n";
  return found;
}

CommandResult run_script(const Python& python, std::string_view script,
                         const std::vector<std::string>& arguments) {
  std::string line = shell_word(python.program) + " " +
                     shell_word((data_folder() / "../support/pyc" / script).native());
  for (const std::string& argument : arguments) line += " " + shell_word(argument);
  return run_command(line);
}

std::vector<fs::path> files_below(const fs::path& folder, std::string_view ending) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file() && entry.path().string().ends_with(ending))
        files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

}  // namespace normalize::test
