#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "driver/commands.h"
#include "driver/compat/programs.h"
#include "driver/counters.h"
#include "driver/diff/command.h"
#include "driver/manifest/commands.h"
#include "driver/pack/commands.h"
#include "driver/path_search.h"
#include "driver/report/exit_status.h"
#include "driver/rules/commands.h"
#include "driver/sandbox/run_access.h"
#include "driver/scratch.h"
#include "driver/standard_streams.h"
#include "driver/store/commands.h"
#include "driver/wrap/commands.h"
#include "rules/expression.h"

namespace {

using namespace normalize;

int run(const Options& options) {
  switch (options.command) {
    case Options::Command::print:
      return write_standard_output(options.text), ExitStatus::kNormal;
    case Options::Command::list:
      return list_formats(options);
    case Options::Command::explain:
      return explain_file(options);
    case Options::Command::apply:
    case Options::Command::check:
    case Options::Command::perturb:
      break;
  }
  return options.filter_type.empty() && options.output.empty() ? run_on_paths(options)
                                                               : run_as_filter(options);
}

/// A command that understands its own command line, the words behind its name.
struct OwnCommand {
  std::string_view name;
  int (*run)(const std::vector<std::string>& words);
};
constexpr OwnCommand kOwnCommands[] = {
    {"compat", run_compat},     {"diff", run_diff}, {"hash", run_hash},
    {"manifest", run_manifest}, {"pack", run_pack}, {"repack", run_repack},
    {"rules", run_rules},       {"shim", run_shim}, {"store", run_store},
    {"verify", run_verify},     {"wrap", run_wrap}};

/// Under another program's name, by a symbolic link, we are that program.
int run(std::string_view called_as, const std::vector<std::string>& arguments) {
  if (const CompatProgram other = compat_program(called_as))
    return other(program_name(called_as), arguments);
  if (is_creator(called_as)) return run_as_creator(called_as, arguments);
  for (const OwnCommand& own : kOwnCommands)
    if (!arguments.empty() && arguments.front() == own.name)
      return own.run({arguments.begin() + 1, arguments.end()});
  return run(parse_options(arguments));
}

/// libarchive calls exit(3), with 1 for "findings", where it finds no memory for a string, and has
/// said so.
bool is_at_its_end = false;
void expect_the_end() {
  if (is_at_its_end) return;
  write_standard_error("normalize: error: a library has ended the run\n");
  save_counters();
  ::_exit(ExitStatus::kError);
}

/// For std::set_new_handler().
void no_memory() {
  if (!is_in_re2()) throw std::bad_alloc();
  write_standard_error("normalize: error: out of memory\n");
  save_counters();
  ::_exit(ExitStatus::kError);
}

int run_to_the_end(int argc, char** argv) {
  const char* const sandbox = std::getenv("NORMALIZE_SANDBOX");
  use_sandbox(!sandbox || std::string_view(sandbox) != "off");
  if (argc > 0) set_called_as(argv[0]);
  Scratch scratch;
  use_storage(&scratch);
  try {
    return run(argc > 0 ? argv[0] : "", {argv + std::min(argc, 1), argv + argc});
  } catch (const std::bad_alloc&) {
    complain("out of memory");
  } catch (const std::exception& error) {
    complain(error.what());
  }
  return ExitStatus::kError;
}

}  // namespace

int main(int argc, char** argv) {
  guard_standard_streams();
  // Says what glibc does without, but spares it a stat() of that file at every mktime(), of which
  // libarchive makes one for every zip entry. No zone gets into an output.
  ::setenv("TZ", ":/etc/localtime", 0);
  std::atexit(expect_the_end);
  std::set_new_handler(no_memory);
  const int status = run_to_the_end(argc, argv);
  is_at_its_end = true;
  return status;
}
