#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

/// What tests of the driver share: real trees on disk, and the tools that look at them.
namespace normalize::test {

/// A folder of a test's own, empty, readable by everybody; gone with all below it at the end.
class TempTree {
 public:
  TempTree();
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;
  ~TempTree();

  const std::filesystem::path& path() const { return path_; }
  std::string string() const { return path_.string(); }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Makes a file, and the folders it stands in. Returns its path.
  std::filesystem::path file(std::string_view name, ByteView content) const;
  std::filesystem::path file(std::string_view name, std::string_view content) const;
  std::filesystem::path folder(std::string_view name) const;

 private:
  std::filesystem::path path_;
};

/// A gzip file of one member, named "noise" in its header: never normal, whatever the rules.
Bytes noisy_gzip(std::string_view payload, std::uint32_t mtime = 1'800'000'000);

/// Time of last modification, of a symbolic link itself. Nanoseconds since 1970.
std::int64_t mtime_ns(const std::filesystem::path& path);
/// Sets times of access and modification, of a symbolic link itself. Nanoseconds since 1970.
void set_mtime_ns(const std::filesystem::path& path, std::int64_t nanoseconds);
inline constexpr std::int64_t kSecond = 1'000'000'000;

struct CommandResult {
  int status;          // exit status, or 128 and the signal that ended it
  std::string output;  // stdout and stderr as they came
};
/// Runs a line of sh(1).
CommandResult run_command(const std::string& line);
/// `text` as one word of sh(1).
std::string shell_word(std::string_view text);

/// Whether a program is in PATH. Says "skipped" and why where it is not.
bool have_tool(std::string_view name);
/// Whether the test runs as root. Says "skipped" where it does not.
bool have_root();

}  // namespace normalize::test
