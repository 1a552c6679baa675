#include "driver/python/launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <array>
#include <utility>

#include "driver/python/ending.h"
#include "driver/python/message.h"
#include "driver/python/sockets.h"

extern char** environ;

namespace normalize {
namespace {

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

Ends conversation() {
  SocketPair pair = socket_pair();
  return {std::move(pair.ours), out_of_the_way(std::move(pair.theirs))};
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

  pid_t spawn(const ProgramCall& call) {
    std::vector<char*> words;
    for (const std::string& word : call.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const char* const program = call.program.c_str();
    pid_t pid = 0;
    check(::posix_spawn(&pid, program, &actions_, &attributes_, words.data(), environ), program);
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

class OwnLauncher final : public Launcher {
 public:
  explicit OwnLauncher(ProgramCall call) : call_(std::move(call)) {}

  Launched start() override { return launch(call_); }
  bool has_ended(pid_t pid) override { return normalize::has_ended(pid); }
  int end(pid_t pid) override { return kill_and_wait(pid); }

 private:
  const ProgramCall call_;
};

}  // namespace

Launched launch(const ProgramCall& call) {
  Ends socket = conversation(), errors = error_pipe();
  SpawnPlan plan;
  plan.connect(socket.theirs.get(), errors.theirs.get());
  plan.reset_signals_and_group();
  const pid_t pid = plan.spawn(call);
  return {pid, std::move(socket.ours), std::move(errors.ours)};
}

std::shared_ptr<Launcher> own_launcher(ProgramCall call) {
  return std::make_shared<OwnLauncher>(std::move(call));
}

}  // namespace normalize
