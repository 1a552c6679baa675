#include "driver/epoch/find.h"
#include "driver/program.h"
#include "driver/usage_error.h"
#include "rules/epoch.h"

namespace normalize {
namespace {

/// rev-list is plumbing: what it prints does not depend on anybody's configuration. Two lines,
/// "commit <hash>" and the time.
std::optional<std::int64_t> committer_time(const ProgramResult& rev_list) {
  if (rev_list.status != 0) return std::nullopt;
  std::string_view text = rev_list.output;
  text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return parse_epoch(text.substr(0, text.find('\n')));
}

}  // namespace

std::int64_t epoch_from_git(const std::vector<std::string>& folders) {
  std::string problem;
  for (const std::string& folder : folders) {
    // Within one of git's own hooks these name the repository of the hook, not of the tree.
    const ProgramResult result = run_program(
        {"git", "-C", folder, "rev-list", "--max-count=1", "--format=%ct", "HEAD", "--"},
        {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"});
    if (const auto seconds = committer_time(result)) return *seconds;
    if (problem.empty()) problem = result.errors.substr(0, result.errors.find('\n'));
  }
  throw UsageError("--epoch-from=git: " + (problem.empty() ? "git tells no time" : problem));
}

}  // namespace normalize
