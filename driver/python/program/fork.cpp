#include "driver/python/program/fork.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>

#include <fstream>
#endif

#include <array>
#include <cerrno>
#include <system_error>

#include "driver/counters.h"
#include "driver/python/ending.h"
#include "driver/python/program/failure.h"
#include "driver/python/program/python.h"
#include "driver/tree/descriptor.h"
#include "normalizers/error.h"

namespace normalize::python {
namespace {

using Clock = std::chrono::steady_clock;

/// So that what a plugin starts becomes ours to end, however it hides.
void adopt_strays() {
#ifdef __linux__
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
}

/// Ends what has become ours, and what these leave behind in their turn.
void end_strays() {
#ifdef __linux__
  constexpr int kRounds = 100;
  for (int round = 0; round < kRounds; ++round) {
    std::ifstream children("/proc/thread-self/children");
    pid_t pid = 0;
    if (!(children >> pid)) return;
    do kill_and_wait(pid);
    while (children >> pid);
  }
#endif
}

/// One copy, from fork() to the end of it and all its own.
class Copy {
 public:
  Copy(const std::function<Message()>& work, std::chrono::seconds limit) : limit_(limit) {
    std::array<int, 2> ends;
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("pipe");
    reply_ = Descriptor(ends[0]);
    Descriptor theirs(ends[1]);
    PyOS_BeforeFork();
    pid_ = ::fork();
    if (pid_ == 0) live(work, theirs.get());
    const int error = errno;
    PyOS_AfterFork_Parent();
    if (pid_ < 0) throw_errno("fork", error);
    ::setpgid(pid_, pid_);  // as it does itself; whoever is first
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() {
    if (pid_ > 0) kill_and_wait(pid_);
    end_strays();
  }

  Message wait() {
    const auto deadline = Clock::now() + limit_;
    MessageAssembler assembler;
    std::array<std::byte, 65'536> block;
    for (;;) {
      if (auto message = assembler.next()) return judged(*std::move(message));
      if (!wait_for_bytes(deadline))
        return failure("", "no answer within " + std::to_string(limit_.count()) + " s; ended");
      const ssize_t count = ::read(reply_.get(), block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return failure("", describe());
      assembler.feed(ByteView(block).first(static_cast<std::size_t>(count)));
    }
  }

 private:
  /// In the copy. The socket is not its own: what it says goes through the pipe alone.
  [[noreturn]] void live(const std::function<Message()>& work, int reply) {
    ::setpgid(0, 0);
    reply_ = Descriptor();
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    ::close(kPythonSocket);
    const auto seconds = static_cast<rlim_t>(limit_.count());
    const rlimit processor{seconds,
                           seconds + 1};  // for what outlives us where there is no adoption
    ::setrlimit(RLIMIT_CPU, &processor);
    PyOS_AfterFork_Child();
    try {
      send(encode(work()), reply);
    } catch (const std::length_error&) {
      send(encode(failure("", "returned too much: a message has at most " +
                                  std::to_string(kMaxMessageBytes) + " bytes")),
           reply);
    } catch (const std::bad_alloc&) {
      send(encode(failure("MemoryError", "")), reply);
    } catch (...) {
      save_counters();
      ::_exit(1);
    }
    ::_exit(0);
  }

  /// Who gets all of it may end us.
  static void send(ByteView bytes, int reply) {
    save_counters();
    while (!bytes.empty()) {
      const ssize_t sent = ::write(reply, bytes.data(), bytes.size());
      if (sent < 0 && errno != EINTR) ::_exit(1);
      if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  }

  bool wait_for_bytes(Clock::time_point deadline) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return false;
      std::array<pollfd, 2> polled{{{reply_.get(), POLLIN, 0}, {kPythonSocket, POLLIN, 0}}};
      if (::poll(polled.data(), polled.size(), static_cast<int>(left.count())) < 0) continue;
      if (polled[1].revents != 0) {  // nobody speaks before we have answered: he is gone
        kill_and_wait(pid_);
        end_strays();
        save_counters();
        ::_exit(0);
      }
      if (polled[0].revents != 0) return true;
    }
  }

  static Message judged(Message message) {
    const std::size_t fields = message.fields.size();
    const bool is_answer =
        message.kind == Message::Kind::result && (fields == 0 || fields % 4 == 1);
    const bool is_failure = message.kind == Message::Kind::failure && fields == 3;
    if (is_answer || is_failure) return message;
    throw FormatError(0, "message of another kind");
  }

  std::string describe() {
    const bool ended_itself = ends_soon([&] { return has_ended(pid_); });
    const int status = kill_and_wait(std::exchange(pid_, -1));
    return ended_itself ? describe_end(status) : "closed a descriptor that is not its own";
  }

  std::chrono::seconds limit_;
  Descriptor reply_;
  pid_t pid_ = -1;
};

}  // namespace

Message in_a_fork(const std::function<Message()>& work, std::chrono::seconds limit) try {
  adopt_strays();
  return Copy(work, limit).wait();
} catch (const FormatError&) {
  return failure("", "wrote to a descriptor that is not its own");
}

}  // namespace normalize::python
