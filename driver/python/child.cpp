#include "driver/python/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "driver/python/ending.h"
#include "driver/python/message.h"

extern char** environ;

namespace normalize {
namespace {

constexpr std::size_t kErrorsKept = 4096;

void check(int error, const char* what) {
  if (error != 0) throw_errno(what, error);
}

/// `descriptor` under a number that no step of posix_spawn() overwrites.
Descriptor out_of_the_way(Descriptor descriptor) {
  const int copy = ::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, kPythonSocket + 1);
  if (copy < 0) throw_errno("cannot duplicate a descriptor");
  return Descriptor(copy);
}

struct Ends {
  Descriptor ours, theirs;
};

Ends socket_pair() {
  std::array<int, 2> ends;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw_errno("cannot make a socket pair");
  Descriptor ours(ends[0]), theirs(ends[1]);
  return {std::move(ours), out_of_the_way(std::move(theirs))};
}

Ends error_pipe() {
  std::array<int, 2> ends;
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
  Descriptor ours(ends[0]), theirs(ends[1]);
  // Only our end: the program may take for granted that what it writes is written.
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("cannot make a pipe");
  return {std::move(ours), out_of_the_way(std::move(theirs))};
}

/// What posix_spawn() does in the new process before the program starts.
class SpawnPlan {
 public:
  SpawnPlan() {
    check(::posix_spawn_file_actions_init(&actions_), "posix_spawn");
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }

  void connect(int socket, int errors) {
    open_nothing(STDIN_FILENO, O_RDONLY);
    open_nothing(STDOUT_FILENO, O_WRONLY);
    move(errors, STDERR_FILENO);
    move(socket, kPythonSocket);
#ifdef __GLIBC__  // what some library of ours opened without O_CLOEXEC
    check(::posix_spawn_file_actions_addclosefrom_np(&actions_, kPythonSocket + 1), "posix_spawn");
#endif
  }

  /// Whatever this process ignores or holds back, and away from the terminal's ^C, which is ours to
  /// answer.
  void reset_signals_and_group() {
    sigset_t signals;
    ::sigemptyset(&signals);
    check(::posix_spawnattr_setsigmask(&attributes_, &signals), "posix_spawn");
    for (const int ignored : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGALRM})
      ::sigaddset(&signals, ignored);
    check(::posix_spawnattr_setsigdefault(&attributes_, &signals), "posix_spawn");
    check(::posix_spawnattr_setpgroup(&attributes_, 0), "posix_spawn");
    check(::posix_spawnattr_setflags(
              &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP),
          "posix_spawn");
  }

  pid_t spawn(const std::string& program, std::vector<std::string> arguments) {
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    pid_t pid = 0;
    check(::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, words.data(), environ),
          program.c_str());
    return pid;
  }

 private:
  void open_nothing(int descriptor, int flags) {
    check(::posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", flags, 0),
          "posix_spawn");
  }
  void move(int from, int to) {
    check(::posix_spawn_file_actions_adddup2(&actions_, from, to), "posix_spawn");
  }

  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

int milliseconds_until(Deadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
}

}  // namespace

Child::Child(const std::string& program, std::vector<std::string> arguments) {
  Ends socket = socket_pair(), errors = error_pipe();
  SpawnPlan plan;
  plan.connect(socket.theirs.get(), errors.theirs.get());
  plan.reset_signals_and_group();
  pid_ = plan.spawn(program, std::move(arguments));
  socket_ = std::move(socket.ours);
  errors_ = std::move(errors.ours);
}

Child::~Child() {
  if (pid_ >= 0) kill_and_wait(pid_);
}

Child::Trouble Child::send(ByteView bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
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
    const ssize_t count = ::recv(socket_.get(), block.data(), block.size(), MSG_DONTWAIT);
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
    std::array<pollfd, 2> polled{{{socket_.get(), events, 0}, {errors_.get(), POLLIN, 0}}};
    const int ready = ::poll(polled.data(), polled.size(), milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) throw_errno("poll");
    if (ready > 0 && polled[1].revents != 0) read_errors();
    if (ready > 0 && polled[0].revents != 0) return Trouble::none;
    if (std::chrono::steady_clock::now() >= deadline) return Trouble::deadline;
  }
}

bool Child::read_errors() {
  std::array<char, kErrorsKept> block;
  const ssize_t count = ::read(errors_.get(), block.data(), block.size());
  if (count < 0) return errno == EINTR;
  if (count == 0) {
    errors_ = Descriptor();  // poll() passes over -1
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
  const bool ended_itself = trouble == Trouble::closed && ends_soon(pid_);
  const int status = kill_and_wait(std::exchange(pid_, -1));
  while (errors_ && read_errors()) continue;
  if (trouble == Trouble::deadline) return "gave no answer in time";
  return (ended_itself ? describe_end(status) : "closed its end of the conversation") +
         last_words();
}

}  // namespace normalize
