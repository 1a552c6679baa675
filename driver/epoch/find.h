#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Ways to find an epoch. Each throws UsageError that says why there is none.
namespace normalize {

/// The committer's time of HEAD, as the git program tells it, of the repository that the first of
/// `folders` to be in one is in.
std::int64_t epoch_from_git(const std::vector<std::string>& folders);

/// The time of the newest entry of the changelog in the first of `folders` that has one:
/// debian/changelog, or the only *.spec, or CHANGELOG.md, CHANGELOG, ChangeLog, CHANGES.md,
/// CHANGES.
std::int64_t epoch_from_changelog(const std::vector<std::string>& folders);

/// The newest time of last modification of a regular file among `paths` and below them, in whole
/// seconds. Symbolic links are not followed.
std::int64_t epoch_from_newest(const std::vector<std::string>& paths);

/// When `file` was last modified.
std::int64_t epoch_from_file(const std::string& file);

enum class Changelog {
  debian,   // deb-changelog(5): the first trailer, " -- A. Body <a@example.org>  Tue, 02 Jan 2024
            // 03:04:05 +0000"
  spec,     // "* Tue Jan 02 2024 ..." behind %changelog: midnight UTC, as rpm takes it
  general,  // the first YYYY-MM-DD: midnight UTC
};

/// The time of the newest entry, which stands first. Unset where there is none of that form.
std::optional<std::int64_t> changelog_time(std::string_view text, Changelog kind);

}  // namespace normalize
