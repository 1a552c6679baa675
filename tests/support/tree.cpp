#include "tests/support/tree.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>
#include <memory>

#include "normalizers/bytes/checksum.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/codec/deflate.h"
#include "tests/support/bytes.h"

namespace normalize::test {

namespace fs = std::filesystem;

TempTree::TempTree() {
  std::string name = (fs::temp_directory_path() / "normalize-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  REQUIRE(::chmod(name.c_str(), 0755) == 0);
  path_ = name;
}

TempTree::~TempTree() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  // Folders that a test made read-only or immutable.
  if (fs::exists(path_, ignored))
    run_command("chattr -R -i -a " + shell_word(string()) + " 2>/dev/null; chmod -R u+rwX " +
                shell_word(string()) + "; rm -rf " + shell_word(string()));
}

fs::path TempTree::file(std::string_view name, ByteView content) const {
  const fs::path path = path_ / name;
  fs::create_directories(path.parent_path());
  write_file(path, content);
  return path;
}

fs::path TempTree::file(std::string_view name, std::string_view content) const {
  return file(name, as_bytes(content));
}

fs::path TempTree::folder(std::string_view name) const {
  fs::create_directories(path_ / name);
  return path_ / name;
}

Bytes noisy_gzip(std::string_view payload, std::uint32_t mtime) {
  using namespace std::string_view_literals;
  const Content content = Content::view(as_bytes(payload));
  const Buffer packed = deflate(content, {6, 8});
  Writer out;
  out.text("\x1f\x8b\x08\x08"sv);
  out.little_endian(mtime);
  out.text("\x00\x03noise\0"sv);
  out.bytes(packed);
  out.little_endian(crc32(content));
  out.little_endian(static_cast<std::uint32_t>(payload.size()));
  return std::move(out).finish().to_bytes();
}

std::int64_t mtime_ns(const fs::path& path) {
  struct stat status {};
  REQUIRE_MESSAGE(::lstat(path.c_str(), &status) == 0, path.string());
  return status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec;
}

void set_mtime_ns(const fs::path& path, std::int64_t nanoseconds) {
  std::int64_t seconds = nanoseconds / kSecond, rest = nanoseconds % kSecond;
  if (rest < 0) --seconds, rest += kSecond;
  timespec time{};
  time.tv_sec = seconds;
  time.tv_nsec = rest;
  const std::array both{time, time};
  REQUIRE_MESSAGE(::utimensat(AT_FDCWD, path.c_str(), both.data(), AT_SYMLINK_NOFOLLOW) == 0,
                  path.string());
}

CommandResult run_command(const std::string& line) {
  FILE* pipe = ::popen(("exec 2>&1\n" + line).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string output;
  std::array<char, 4096> block;
  while (const std::size_t count = std::fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), count);
  const int status = ::pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), std::move(output)};
}

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') word += "'\\'";
    word += c;
  }
  return word + "'";
}

bool have_tool(std::string_view name) {
  if (run_command("command -v " + shell_word(name)).status == 0) return true;
  std::cout << "skipped: " << name << " is not installed\n";
  return false;
}

bool have_root() {
  if (::geteuid() == 0) return true;
  std::cout << "skipped: needs root\n";
  return false;
}

}  // namespace normalize::test
