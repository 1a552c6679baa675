#include "driver/python/child.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "driver/python/ending.h"

namespace normalize {
namespace {

constexpr std::size_t kErrorsKept = 4096;

int milliseconds_until(Deadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
}

}  // namespace

Child::Child(std::shared_ptr<Launcher> launcher)
    : launcher_(std::move(launcher)), program_(launcher_->start()) {}

Child::~Child() {
  if (program_.pid >= 0) launcher_->end(program_.pid);
}

Child::Trouble Child::send(ByteView bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(program_.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EINTR) {
      if (const Trouble trouble = wait(Want::write, deadline); trouble != Trouble::none)
        return trouble;
    } else {
      return Trouble::closed;
    }
  }
  return Trouble::none;
}

Child::Trouble Child::receive(Bytes& out, Deadline deadline) {
  std::array<std::byte, 65'536> block;
  for (;;) {
    const ssize_t count = ::recv(program_.socket.get(), block.data(), block.size(), MSG_DONTWAIT);
    if (count > 0) {
      out.insert(out.end(), block.begin(), block.begin() + count);
      return Trouble::none;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) return Trouble::closed;
    if (const Trouble trouble = wait(Want::read, deadline); trouble != Trouble::none)
      return trouble;
  }
}

Child::Trouble Child::wait(Want want, Deadline deadline) {
  for (;;) {
    const short events = want == Want::read ? POLLIN : POLLOUT;
    std::array<pollfd, 2> polled{
        {{program_.socket.get(), events, 0}, {program_.errors.get(), POLLIN, 0}}};
    const int ready = ::poll(polled.data(), polled.size(), milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) throw_errno("poll");
    if (ready > 0 && polled[1].revents != 0) read_errors();
    if (ready > 0 && polled[0].revents != 0) return Trouble::none;
    if (std::chrono::steady_clock::now() >= deadline) return Trouble::deadline;
  }
}

bool Child::read_errors() {
  std::array<char, kErrorsKept> block;
  const ssize_t count = ::read(program_.errors.get(), block.data(), block.size());
  if (count < 0) return errno == EINTR;
  if (count == 0) {
    program_.errors = Descriptor();  // poll() passes over -1
    return false;
  }
  errors_tail_.append(block.data(), static_cast<std::size_t>(count));
  if (errors_tail_.size() > kErrorsKept) errors_tail_.erase(0, errors_tail_.size() - kErrorsKept);
  return true;
}

std::string Child::last_words() const {
  const std::size_t end = errors_tail_.find_last_not_of(" \n");
  if (end == std::string::npos) return "";
  const std::size_t newline = errors_tail_.rfind('\n', end);
  const std::size_t start = newline == std::string::npos ? 0 : newline + 1;
  return ": " + errors_tail_.substr(start, end + 1 - start);
}

std::string Child::end(Trouble trouble) {
  const pid_t pid = std::exchange(program_.pid, -1);
  const bool ended_itself =
      trouble == Trouble::closed && ends_soon([&] { return launcher_->has_ended(pid); });
  const int status = launcher_->end(pid);
  while (program_.errors && read_errors()) continue;
  if (trouble == Trouble::deadline) return "gave no answer in time";
  return (ended_itself ? describe_end(status) : "closed its end of the conversation") +
         last_words();
}

}  // namespace normalize
