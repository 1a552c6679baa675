#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "driver/pipeline.h"
#include "tests/support/bytes.h"

/// What tests of whole runs share.
namespace normalize::test {

/// A run over `paths`, by default on two workers.
RunReport apply(std::vector<std::string> paths, const Rules& rules = rules_with_epoch());
RunReport check(std::vector<std::string> paths, const Rules& rules = rules_with_epoch());

/// What a report says of one path; fails the test where it says nothing.
const FileReport& said_of(const RunReport& report, const std::filesystem::path& path);
bool says_nothing_of(const RunReport& report, const std::filesystem::path& path);
/// Whether some remark on a file has `text` in it.
bool remarked(const FileReport& file, std::string_view text);
/// One line for each thing said, to compare whole reports by.
std::string text_of(const RunReport& report);

/// Runs `work` in a child of its own, as an unprivileged user where the test runs as root. Returns
/// the child's exit status: what `work` returned, or 128 and the signal that ended it.
int as_nobody(const std::function<int()>& work);
/// Gives a path, and all below it, to that user.
void give_to_nobody(const std::filesystem::path& path);

}  // namespace normalize::test
