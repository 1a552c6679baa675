#include "driver/compat/programs.h"
#include "driver/path_search.h"
#include "driver/report/exit_status.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "driver/wrap/commands.h"
#include "driver/wrap/guard.h"
#include "driver/wrap/run.h"

namespace normalize {
namespace {

using namespace wrap;

const Creator* creator_for(const WrapOptions& options, const std::string& program) {
  if (!options.creator.empty()) return creator_named(options.creator);
  const Creator* const creator = creator_of(program);
  if (!creator && options.stages.empty() && options.outputs.empty())
    throw UsageError(program +
                     ": none of the creators known; --as says which it is like, or --stage and "
                     "--output what it does");
  return creator;
}

}  // namespace

int run_wrap(const std::vector<std::string>& words) {
  Wrapping wrapping;
  ParsedOptions parsed = parse_wrap_options(words, wrapping.options);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  if (parsed.command.empty()) throw UsageError("wrap: no command given (--help tells how)");
  wrapping.creator = creator_for(wrapping.options, parsed.command.front());
  Guard guard;
  wrapping.program.path = find_program(parsed.command.front(), guard.ourselves());
  wrapping.program.environment = guard.environment().entries();
  guard.enter(program_name(parsed.command.front()));
  wrapping.environment = guard.environment();
  wrapping.program.words = std::move(parsed.command);
  return run_wrapping(wrapping);
}

}  // namespace normalize
