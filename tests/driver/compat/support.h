#pragma once

#include <string>
#include <string_view>

#include "tests/support/tree.h"

/// What the tests of the programs that we stand in for share.
namespace normalize::test {

/// The program as one finds it in PATH under `name`, by a symbolic link.
class Called {
 public:
  explicit Called(std::string name);
  /// In `folder`, with `variables` of the environment ("A=1 B=2") and none of ours.
  CommandResult operator()(const TempTree& folder, const std::string& arguments,
                           const std::string& variables = "") const;

 private:
  TempTree bin_;
  std::string name_;
};

/// `normalize` itself.
CommandResult run_normalize(const TempTree& folder, const std::string& arguments);

inline bool has(const CommandResult& result, std::string_view part) {
  return result.output.find(part) != std::string::npos;
}

/// A gzip file's MTIME.
std::uint32_t gzip_time(const std::filesystem::path& path);
/// Whether a file is `noisy_gzip(payload)` no more.
bool was_normalized(const std::filesystem::path& path, std::string_view payload = "text");

}  // namespace normalize::test
