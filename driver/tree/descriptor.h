#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace normalize {

/// An open file descriptor, or none; closed by whoever holds it last.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// Throws what reads "step: the system's own words".
[[noreturn]] inline void throw_errno(const std::string& step, int error = errno) {
  throw std::system_error(error, std::generic_category(), step);
}

/// What `call` returns once no signal interrupts it: on network file systems, and on those that
/// programs serve, that happens to calls which a disk would finish.
template <typename Call>
auto uninterrupted(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

/// openat(2); an empty descriptor, and errno, on failure.
inline Descriptor open_at(int folder, const std::string& name, int flags, mode_t mode = 0) {
  return Descriptor(
      uninterrupted([&] { return ::openat(folder, name.c_str(), flags | O_CLOEXEC, mode); }));
}

}  // namespace normalize
