#include "driver/epoch/choose.h"

#include <sys/stat.h>

#include <filesystem>

#include "driver/epoch/find.h"
#include "driver/usage_error.h"
#include "rules/epoch.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

/// Where a repository or a changelog is looked for: beside what is worked on, then right here (a
/// staging tree often stands outside of its source).
std::vector<std::string> folders_to_search(const std::vector<std::string>& paths) {
  std::vector<std::string> folders;
  if (!paths.empty()) {
    const fs::path first = paths.front();
    std::error_code ignored;
    const bool is_folder = fs::is_directory(fs::symlink_status(first, ignored));
    const fs::path folder = is_folder ? first : first.parent_path();
    if (!folder.empty()) folders.push_back(folder.string());
  }
  folders.emplace_back(".");
  return folders;
}

std::int64_t find_epoch(const std::string& from, const std::vector<std::string>& paths) {
  if (from == "git") return epoch_from_git(folders_to_search(paths));
  if (from == "changelog") return epoch_from_changelog(folders_to_search(paths));
  if (from == "newest") return epoch_from_newest(paths);
  return epoch_from_file(from);
}

std::optional<Epoch> of_changelog(const std::vector<std::string>& paths) try {
  const std::int64_t seconds = find_epoch("changelog", paths);
  if (seconds < 0) return std::nullopt;
  return Epoch{seconds, "--epoch-from=changelog"};
} catch (const UsageError&) {  // there is none, or no time in it
  return std::nullopt;
}

}  // namespace

std::optional<Epoch> choose_epoch(const EpochChoice& choice, const char* variable,
                                  const std::vector<std::string>& paths) {
  const std::string said_at = choice.place.empty() ? "--" : choice.place + ": ";
  if (choice.seconds) return Epoch{*choice.seconds, said_at + "epoch"};
  if (!choice.from.empty()) {
    const std::int64_t seconds = find_epoch(choice.from, paths);
    if (seconds < 0) throw UsageError(said_at + "epoch-from=" + choice.from + ": is before 1970");
    return Epoch{seconds, said_at + "epoch-from=" + choice.from};
  }
  if (!variable || *variable == '\0')
    return choice.or_changelog ? of_changelog(paths) : std::nullopt;
  if (const auto seconds = parse_epoch(variable)) return Epoch{*seconds, "SOURCE_DATE_EPOCH"};
  throw UsageError("SOURCE_DATE_EPOCH: expected seconds since 1970 in digits, got \"" +
                   std::string(variable) + "\"");
}

}  // namespace normalize
