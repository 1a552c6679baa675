#include "driver/python/ending.h"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace normalize {

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid;
}

bool ends_soon(const std::function<bool()>& has_ended) {
  using namespace std::chrono_literals;
  for (auto waited = 0ms; waited < 500ms; waited += 2ms) {
    if (has_ended()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

int kill_and_wait(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);  // it may have left its group
  int status = 0;        // that somebody else took away (SIGCHLD ignored) reads as a clean exit
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

std::string describe_end(int status) {
  if (WIFSIGNALED(status)) return "killed by signal " + std::to_string(WTERMSIG(status));
  return "exited with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace normalize
