#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// What the command line or a rule file says of the epoch; at most one of the two is set.
struct EpochChoice {
  std::optional<std::int64_t> seconds;  // --epoch
  std::string from;                     // --epoch-from: "git", "changelog", "newest" or a file
  std::string place;                    // where a rule file says it; empty for the command line
  bool or_changelog = false;            // where nobody says anything, a changelog may

  bool made() const { return seconds || !from.empty(); }
};

struct Epoch {
  std::int64_t seconds;  // since 1970-01-01 UTC
  std::string origin;    // "--epoch", "SOURCE_DATE_EPOCH", "--epoch-from=git", "a.toml:3:9: epoch"
};

/// The epoch of a run on `paths`. The command line goes before `variable`, the value of
/// SOURCE_DATE_EPOCH (null where it is not set), which is then not looked at. Unset where there is
/// neither, or the variable is empty. Throws UsageError for a value that is none, and where the
/// epoch asked for cannot be found.
std::optional<Epoch> choose_epoch(const EpochChoice& choice, const char* variable,
                                  const std::vector<std::string>& paths);

}  // namespace normalize
