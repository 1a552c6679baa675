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

#include "driver/tree/descriptor.h"

namespace normalize {
namespace {

constexpr std::string_view kPrefix = ".normalize-", kSuffix = ".tmp", kDigits = "0123456789abcdef";
constexpr std::size_t kRandomDigits = 16;

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

bool remove_leftover(int folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  if (!S_ISREG(status.st_mode)) return false;
  const Descriptor file(
      ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  // Whoever is at work on it holds the lock.
  if (!file || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return false;
  return ::unlinkat(folder, name.c_str(), 0) == 0;
}

}  // namespace normalize
