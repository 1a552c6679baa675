#include "driver/compat/programs.h"

#include "driver/options/parser.h"
#include "driver/report/exit_status.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"

namespace normalize {

std::string program_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

CompatProgram compat_program(std::string_view path) {
  const std::string name = program_name(path);
  if (name == "strip-nondeterminism") return run_strip_nondeterminism;
  if (name == "add-det" || name == "add-determinism") return run_add_det;
  if (name == "linkdupes") return run_linkdupes;
  return nullptr;
}

namespace {

/// What stands before the name of the program is ours.
std::string compat_help(const std::vector<std::string>& words) {
  OptionParser parser(
      "Is another program to its callers: strip-nondeterminism, add-det or linkdupes, each with "
      "its "
      "own command line, which PROGRAM --help tells, exit status and words. A symbolic link of "
      "such "
      "a name to normalize is that program too.",
      "normalize compat PROGRAM [ARGUMENT]...");
  return parser.parse({words.front()}).help;
}

}  // namespace

int run_compat(const std::vector<std::string>& words) {
  if (!words.empty() && words.front().starts_with('-'))
    if (const std::string help = compat_help(words); !help.empty())
      return write_standard_output(help), ExitStatus::kNormal;
  const CompatProgram program = words.empty() ? nullptr : compat_program(words.front());
  if (!program)
    throw UsageError("compat: expected strip-nondeterminism, add-det or linkdupes, got \"" +
                     (words.empty() ? "" : words.front()) + "\"");
  return program(program_name(words.front()), {words.begin() + 1, words.end()});
}

}  // namespace normalize
