// Runs a program, itself not its children, and kills it as it is about to make a system call.
//
//   tracer LIST PROGRAM ARGUMENT...    writes into the file LIST a line for each call that it made:
//                                      its number, and whether it may change a file ("w") or not
//   tracer +N PROGRAM ARGUMENT...      kills it ahead of the N-th call, counted from 1
//
// Exits with 0 where the program has been killed, otherwise as the program did; 125 on trouble.

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

/// What may leave a trace on disk; of the rest, killing ahead of one is like killing ahead of the
/// next.
constexpr std::array kChanging{SYS_write,     SYS_writev,         SYS_pwrite64,     SYS_openat,
                               SYS_renameat,  SYS_renameat2,      SYS_linkat,       SYS_unlinkat,
                               SYS_fchmod,    SYS_fchown,         SYS_utimensat,    SYS_fsetxattr,
                               SYS_ftruncate, SYS_fallocate,      SYS_fremovexattr, SYS_ioctl,
#ifdef SYS_rename
                               SYS_rename,    SYS_unlink,
#endif
                               SYS_fdatasync, SYS_sync_file_range};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(125);
}

/// The call that a stopped thread is about to make; -1 where it is coming back from one.
long call_of(pid_t thread) {
  __ptrace_syscall_info info{};
  if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return -1;
  return info.op == PTRACE_SYSCALL_INFO_ENTRY ? static_cast<long>(info.entry.nr) : -1;
}

void start(char** words) {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) fail("ptrace");
  ::raise(SIGSTOP);
  ::execv(words[0], words);
  fail(words[0]);
}

class Tracer {
 public:
  Tracer(pid_t program, long last, std::FILE* list) : program_(program), last_(last), list_(list) {}

  int run() {
    int status = 0;
    if (::waitpid(program_, &status, 0) != program_) fail("waitpid");
    constexpr long kOptions =
        PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC;
    if (::ptrace(PTRACE_SETOPTIONS, program_, nullptr, kOptions) != 0) fail("ptrace");
    proceed(program_, 0);
    for (;;) {
      const pid_t thread = ::waitpid(-1, &status, __WALL);
      if (thread < 0) fail("waitpid");
      if (WIFSTOPPED(status)) {
        stopped(thread, status);
      } else if (thread == program_) {
        if (WIFEXITED(status)) return WEXITSTATUS(status);
        return killed_ ? 0 : 128 + WTERMSIG(status);
      }
    }
  }

 private:
  void stopped(pid_t thread, int status) {
    const int signal = WSTOPSIG(status);
    if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) is_running_ = true;
    if (signal == (SIGTRAP | 0x80)) {
      if (is_running_ && count(call_of(thread))) {
        killed_ = true;
        ::kill(program_, SIGKILL);
      } else {
        proceed(thread, 0);
      }
      return;
    }
    const bool is_ours = signal == SIGTRAP || signal == SIGSTOP;
    proceed(thread, is_ours ? 0 : signal);
  }

  /// Whether that was the last.
  bool count(long call) {
    if (call < 0) return false;
    if (list_) {
      const bool changing = std::ranges::find(kChanging, call) != kChanging.end();
      std::fprintf(list_, "%ld %c\n", call, changing ? 'w' : 'r');
    }
    return ++count_ == last_;
  }

  static void proceed(pid_t thread, int signal) {
    ::ptrace(PTRACE_SYSCALL, thread, nullptr, static_cast<std::intptr_t>(signal));
  }

  const pid_t program_;
  const long last_;
  std::FILE* const list_;
  long count_ = 0;
  bool is_running_ = false, killed_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 125;
  const bool kills = argv[1][0] == '+';
  std::FILE* const list = kills ? nullptr : std::fopen(argv[1], "we");
  if (!kills && !list) fail(argv[1]);
  const pid_t program = ::fork();
  if (program < 0) fail("fork");
  if (program == 0) start(argv + 2);
  const int status = Tracer(program, kills ? std::atol(argv[1]) : 0, list).run();
  if (list && std::fclose(list) != 0) fail(argv[1]);
  return status;
}
