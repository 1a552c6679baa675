#include "driver/python/launcher_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "driver/counters.h"
#include "driver/python/sockets.h"

namespace normalize {
namespace {

constexpr int kSocket = STDERR_FILENO + 1;

void close_from(int first) {
#if !defined(__linux__) || defined(__GLIBC__)
  ::closefrom(first);
#else
  for (long i = first; i < ::sysconf(_SC_OPEN_MAX); ++i) ::close(static_cast<int>(i));
#endif
}

/// Gives up every descriptor but `socket`, which becomes kSocket.
Descriptor keep_only(int socket) {
  const int copy = ::fcntl(socket, F_DUPFD, kSocket + 1);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard < kSocket; ++standard)
    if (::dup2(nothing, standard) < 0) ::close(standard);
  if (::dup2(copy, kSocket) < 0 || ::fcntl(kSocket, F_SETFD, FD_CLOEXEC) != 0) throw_errno("dup2");
  close_from(kSocket + 1);
  return Descriptor(kSocket);
}

/// In the new process.
[[noreturn]] void serve(int socket, const ProgramCall& call, std::size_t most) try {
  ::setpgid(0, 0);  // away from the terminal's ^C, which is for whoever asks to answer
  serve_launches(keep_only(socket), call, most);
  save_counters();
  ::_exit(0);
} catch (...) {
  ::_exit(1);
}

}  // namespace

LauncherProcess::LauncherProcess(ProgramCall call, std::size_t most) : program_(call.program) {
  SocketPair pair = socket_pair();
  pid_ = ::fork();
  if (pid_ < 0) throw_errno("fork");
  if (pid_ == 0) serve(pair.theirs.get(), call, most);
  socket_.with([&](Descriptor& socket) { socket = std::move(pair.ours); });
}

LauncherProcess::~LauncherProcess() {
  socket_.with([](Descriptor& socket) { socket = {}; });
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Launched LauncherProcess::start() {
  Answer answer = ask(LaunchRequest::Kind::start);
  const int error = answer.reply.error;
  const pid_t pid = answer.reply.value;
  if (error == 0 && answer.descriptors.size() == kMostPassed)
    return {pid, std::move(answer.descriptors[0]), std::move(answer.descriptors[1])};
  if (error == 0) end(pid);
  throw_errno(program_, error == 0 ? EMFILE : error);
}

bool LauncherProcess::has_ended(pid_t pid) {
  const LaunchReply reply = ask(LaunchRequest::Kind::has_ended, pid).reply;
  return reply.error != 0 || reply.value != 0;
}

int LauncherProcess::end(pid_t pid) {
  const LaunchReply reply = ask(LaunchRequest::Kind::end, pid).reply;
  return reply.error == 0 ? reply.value : SIGKILL;
}

LauncherProcess::Answer LauncherProcess::ask(LaunchRequest::Kind kind, pid_t pid) {
  const LaunchRequest request{static_cast<std::int32_t>(kind), pid};
  return socket_.with([&](Descriptor& socket) {
    Answer answer{{EPIPE, 0}, {}};
    if (!socket) return answer;
    LaunchReply reply;
    auto descriptors = send_message(socket, std::as_bytes(std::span(&request, 1)))
                           ? receive_message(socket, std::as_writable_bytes(std::span(&reply, 1)))
                           : std::nullopt;
    if (descriptors)
      answer = {reply, *std::move(descriptors)};
    else
      socket = {};
    return answer;
  });
}

}  // namespace normalize
