#include "driver/compat/programs.h"

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

int run_compat(const std::vector<std::string>& words) {
  const CompatProgram program = words.empty() ? nullptr : compat_program(words.front());
  if (!program)
    throw UsageError("compat: expected strip-nondeterminism, add-det or linkdupes, got \"" +
                     (words.empty() ? "" : words.front()) + "\"");
  return program(program_name(words.front()), {words.begin() + 1, words.end()});
}

}  // namespace normalize
