#include "driver/wrap/child.h"

#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "driver/standard_streams.h"

namespace normalize::wrap {
namespace {

constexpr int kForwarded[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

/// Whom the handler sends signals on to; set while they are blocked.
volatile sig_atomic_t child_pid = 0;

/// The kernel, unlike kill(2), tells the whole foreground group of a terminal, the child too.
void send_on(int number, siginfo_t* info, void*) {
  const int error = errno;
  if (child_pid > 0 && info->si_code <= 0) ::kill(static_cast<pid_t>(child_pid), number);
  errno = error;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

sigset_t forwarded_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : kForwarded) sigaddset(&signals, number);
  return signals;
}

/// The mask as it was before SignalsHeld; null where none lives.
const sigset_t* mask_before_holding = nullptr;

/// Signals are sent on while this lives. What is ignored stays ignored: the child inherits that.
class Forwarding {
 public:
  Forwarding() {
    const sigset_t signals = forwarded_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, &mask_);
    open_mask_ = mask_before_holding ? *mask_before_holding : mask_;
    struct sigaction action {};
    action.sa_sigaction = send_on;
    action.sa_flags = SA_SIGINFO;  // waitpid(2) returns, also for run times that run handlers late
    for (std::size_t i = 0; i < std::size(kForwarded); ++i) {
      ::sigaction(kForwarded[i], nullptr, &before_[i]);
      if (before_[i].sa_handler != SIG_IGN) ::sigaction(kForwarded[i], &action, nullptr);
    }
  }
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;
  ~Forwarding() {
    child_pid = 0;
    for (std::size_t i = 0; i < std::size(kForwarded); ++i)
      ::sigaction(kForwarded[i], &before_[i], nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

  /// What the child starts with.
  const sigset_t& open_mask() const { return open_mask_; }
  /// What came meanwhile goes to it, and what comes from now on.
  void begin(pid_t child) {
    child_pid = child;
    ::pthread_sigmask(SIG_SETMASK, &open_mask_, nullptr);
  }

 private:
  sigset_t mask_, open_mask_;
  struct sigaction before_[std::size(kForwarded)];
};

class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

class Attributes {
 public:
  explicit Attributes(const sigset_t& mask) {
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int number : signals_we_ignore()) sigaddset(&defaults, number);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setsigmask(&attributes_, &mask);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }

  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

pid_t start(const Program& program, const sigset_t& mask) {
  const Umask umask(program.umask);
  const Attributes attributes(mask);
  pid_t child = 0;
  check(::posix_spawn(&child, program.path.c_str(), nullptr, attributes.get(),
                      pointers(program.words).data(), pointers(program.environment).data()),
        program.path);
  return child;
}

}  // namespace

void become(const Program& program) {
  for (const int number : signals_we_ignore()) ::signal(number, SIG_DFL);
  ::execve(program.path.c_str(), pointers(program.words).data(),
           pointers(program.environment).data());
  check(errno, program.path);
  std::abort();  // execve() returns with an error alone
}

int run_to_its_end(const Program& program) {
  ::signal(SIGCHLD, SIG_DFL);  // ignored, as some callers leave it, it would take statuses away
  Forwarding forwarding;
  const pid_t child = start(program, forwarding.open_mask());
  forwarding.begin(child);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) check(errno, "waitpid");
  return status;
}

SignalsHeld::SignalsHeld() {
  const sigset_t signals = forwarded_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
  mask_before_holding = &before_;
}

SignalsHeld::~SignalsHeld() {
  mask_before_holding = nullptr;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool SignalsHeld::interrupted() const {
  sigset_t waiting;
  sigemptyset(&waiting);
  ::sigpending(&waiting);
  for (const int number : kForwarded)
    if (sigismember(&waiting, number) == 1) return true;
  return false;
}

bool has_succeeded(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

int end_as(int status) {
  if (!WIFSIGNALED(status)) return WEXITSTATUS(status);
  const int number = WTERMSIG(status);
  const rlimit no_core{0, 0};  // it has left one, if it was to
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::signal(number, SIG_DFL);
  ::raise(number);
  return 128 + number;
}

}  // namespace normalize::wrap
