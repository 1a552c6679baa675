#include "tests/driver/pack/support.h"

#include <doctest/doctest.h>

namespace normalize::test {

CommandResult pack_command(const std::string& arguments) {
  return run_command("env -u SOURCE_DATE_EPOCH " + shell_word(NORMALIZE_PROGRAM) + " " + arguments);
}

std::filesystem::path unpacked(const TempTree& into, const std::string& command,
                               const std::filesystem::path& package) {
  static int number = 0;
  const std::filesystem::path folder = into.folder("unpacked-" + std::to_string(++number));
  const CommandResult result = run_command("cd " + shell_word(folder.string()) + " && " + command +
                                           " " + shell_word(package.string()));
  CHECK_MESSAGE(result.status == 0, command << ": " << result.output);
  CHECK_MESSAGE(result.output == "", command);
  return folder;
}

std::string listing(const std::filesystem::path& folder) {
  return run_command(
             "cd " + shell_word(folder.string()) +
             " && find . -mindepth 1 -printf '%y %m %n %s %l %P\\n' | sed 's/^\\(d [0-7]*\\) "
             "[0-9]* [0-9]*/\\1/' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z "
             "| xargs -0 -r sha256sum")
      .output;
}

}  // namespace normalize::test
