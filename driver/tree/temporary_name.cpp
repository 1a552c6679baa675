#include "driver/tree/temporary_name.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>

namespace normalize {
namespace {

constexpr std::string_view kPrefix = ".normalize-", kSuffix = ".tmp", kDigits = "0123456789abcdef";
constexpr std::size_t kRandomDigits = 16;
constexpr const char* kCreate = "cannot create a file beside it";

}  // namespace

std::string make_temporary_name() {
  thread_local std::random_device random;
  std::string name(kPrefix);
  for (std::size_t i = 0; i < kRandomDigits / 8; ++i) {
    auto bits = static_cast<std::uint32_t>(random());
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) name += kDigits[bits & 15];
  }
  return name.append(kSuffix);
}

bool is_temporary_name(std::string_view name) {
  if (name.size() != kPrefix.size() + kRandomDigits + kSuffix.size()) return false;
  return name.starts_with(kPrefix) && name.ends_with(kSuffix) &&
         name.substr(kPrefix.size(), kRandomDigits).find_first_not_of(kDigits) ==
             std::string_view::npos;
}

namespace {

/// Whether an open file is ours to work on. Between its creation and the lock another run may have
/// taken it for a leftover, and removed it.
bool take_hold(const Descriptor& file) {
  struct stat status {};
  const bool locked = uninterrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) == 0;
  if (!locked && errno != EWOULDBLOCK) throw_errno("cannot lock the new file");
  if (::fstat(file.get(), &status) != 0) throw_errno(kCreate);
  return locked && status.st_nlink > 0;
}

}  // namespace

TemporaryFile create_temporary(int folder, mode_t mode) {
  for (;;) {
    TemporaryFile made{make_temporary_name(), Descriptor()};
    made.file = open_at(folder, made.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    if (!made.file) throw_errno(kCreate);
    try {
      if (take_hold(made.file)) return made;
    } catch (const std::system_error&) {
      ::unlinkat(folder, made.name.c_str(), 0);
      throw;
    }
  }
}

bool remove_temporary(int folder, const std::string& name, Descriptor& file) noexcept {
  const auto remove = [&] { return ::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT; };
  // First while it is locked, so that nobody else takes it for a leftover. But libfuse renames a
  // file that is open in place of removing it (hard_remove), which may be what was refused before.
  const bool removed = remove();
  file = Descriptor();
  return removed || remove();
}

bool remove_leftover(int folder, const std::string& name) {
  constexpr const char* kStep = "cannot remove what an interrupted run has left";
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return false;
    throw_errno(kStep);
  }
  if (!S_ISREG(status.st_mode)) return false;
  Descriptor file = open_at(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file && errno == ENOENT) return false;
  if (!file) throw_errno(kStep);
  if (uninterrupted([&] { return ::flock(file.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK) return false;  // somebody is at work on it
    throw_errno(kStep);
  }
  if (!remove_temporary(folder, name, file)) throw_errno(kStep);
  return true;
}

}  // namespace normalize
