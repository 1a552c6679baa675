// What starts helpers for a process that can start nothing itself, and what it may be asked.

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "driver/python/ending.h"
#include "driver/python/launcher_process.h"
#include "driver/python/sockets.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

ProgramCall shell(const std::string& script) { return {"/bin/sh", {"sh", "-c", script}}; }

std::string all_of(const Descriptor& stream) {
  std::string text;
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t count = ::read(stream.get(), block.data(), block.size());
    if (count == 0) return text;
    if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
  }
}

pid_t parent_of(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  pid_t parent = -1;
  const bool is_told = static_cast<bool>(status >> number >> name >> state >> parent);
  REQUIRE(is_told);
  return parent;
}

bool is_there(pid_t pid) { return ::kill(pid, 0) == 0; }

/// serve_launches() in a process of its own, to be asked what no launcher of ours asks.
class RawService {
 public:
  explicit RawService(const ProgramCall& call, std::size_t most = 2) {
    SocketPair pair = socket_pair();
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      pair.ours = {};
      serve_launches(pair.theirs, call, most);
      ::_exit(0);
    }
    socket_ = std::move(pair.ours);
  }
  RawService(const RawService&) = delete;
  RawService& operator=(const RawService&) = delete;
  ~RawService() {
    socket_ = {};
    ::waitpid(pid_, nullptr, 0);
  }

  LaunchReply ask(std::int32_t kind, std::int32_t pid = 0) {
    const LaunchRequest request{kind, pid};
    REQUIRE(send_message(socket_, std::as_bytes(std::span(&request, 1))));
    LaunchReply reply;
    auto descriptors = receive_message(socket_, std::as_writable_bytes(std::span(&reply, 1)));
    REQUIRE(descriptors);
    for (Descriptor& each : *descriptors) given_.push_back(std::move(each));
    return reply;
  }
  pid_t pid() const { return pid_; }
  const Descriptor& socket() const { return socket_; }
  /// The ends of programs that it gave away: a socket and a pipe for each.
  const std::vector<Descriptor>& given() const { return given_; }
  void hang_up() {
    socket_ = {};
    ::waitpid(std::exchange(pid_, -1), nullptr, 0);
  }

 private:
  Descriptor socket_;
  std::vector<Descriptor> given_;
  pid_t pid_ = -1;
};

constexpr std::int32_t kStart = 0, kHasEnded = 1, kEnd = 2;

}  // namespace

TEST_CASE("a launcher's program speaks with us, and its end is told") {
  LauncherProcess launcher(shell("head -c 2 <&3 >&2; kill -11 $$"), 1);
  const Launched program = launcher.start();
  CHECK(::getpgid(program.pid) == program.pid);
  CHECK_FALSE(launcher.has_ended(program.pid));
  REQUIRE(::send(program.socket.get(), "hi", 2, MSG_NOSIGNAL) == 2);
  CHECK(ends_soon([&] { return launcher.has_ended(program.pid); }));
  CHECK(describe_end(launcher.end(program.pid)) == "killed by signal 11");
  CHECK(all_of(program.errors) == "hi");
}

TEST_CASE("a program that goes on is ended with all that it has started") {
  LauncherProcess launcher(shell("sleep 1000 & echo $! >&2; wait"), 1);
  const Launched program = launcher.start();
  std::array<char, 20> text{};
  while (::read(program.errors.get(), text.data(), text.size() - 1) < 0) continue;
  CHECK(describe_end(launcher.end(program.pid)) == "killed by signal 9");
  CHECK_FALSE(is_there(program.pid));
  CHECK(all_of(program.errors).empty());  // nobody has its other end any more
}

TEST_CASE("a launcher has nothing of ours open, and gives nothing on") {
  const int leak = ::dup(STDERR_FILENO);
  LauncherProcess launcher(shell("ls /proc/self/fd | tr '\\n' ' ' >&2; sleep 1000"), 1);
  ::close(leak);
  const Launched program = launcher.start();
  CHECK_FALSE(launcher.has_ended(program.pid));
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(parent_of(program.pid)) +
                                                "/fd");
  CHECK(std::distance(begin(all), end(all)) == 4);  // three that lead nowhere, and its socket
  std::string listed;
  for (std::array<char, 64> block; listed.size() < 10;)
    if (const ssize_t count = ::read(program.errors.get(), block.data(), block.size()); count > 0)
      listed.append(block.data(), static_cast<std::size_t>(count));
  CHECK(listed == "0 1 2 3 4 ");  // 4 is the folder that ls reads
  launcher.end(program.pid);
}

TEST_CASE("a program that is not there is told as it is without a launcher") {
  const ProgramCall call{"/nonexistent/program", {"program"}};
  const auto error = [](Launcher& launcher) -> std::string {
    try {
      launcher.start();
    } catch (const std::system_error& problem) {
      return problem.what();
    }
    return "no error";
  };
  LauncherProcess launcher(call, 1);
  CHECK(error(launcher) == error(*own_launcher(call)));
  CHECK(error(launcher) == "/nonexistent/program: No such file or directory");
}

TEST_CASE("no more programs run at a time than were agreed on") {
  LauncherProcess launcher(shell("sleep 1000"), 2);
  const Launched first = launcher.start(), second = launcher.start();
  CHECK_THROWS_AS(launcher.start(), std::system_error);
  launcher.end(first.pid);
  const Launched third = launcher.start();
  launcher.end(second.pid);
  launcher.end(third.pid);
}

TEST_CASE("a launcher that is killed costs an error, and its programs count as killed") {
  LauncherProcess launcher(shell("read -r line <&3"), 2);
  const Launched program = launcher.start();
  REQUIRE(::kill(parent_of(program.pid), SIGKILL) == 0);
  CHECK(ends_soon([&] { return launcher.has_ended(program.pid); }));
  CHECK(describe_end(launcher.end(program.pid)) == "killed by signal 9");
  CHECK_THROWS_AS(launcher.start(), std::system_error);
}

TEST_CASE("a launcher ends nobody but whom it has started") {
  RawService service(shell("sleep 1000"));
  const pid_t stranger = ::fork();
  if (stranger == 0) ::_exit((::pause(), 0));
  for (const pid_t pid : {stranger, ::getpid(), service.pid(), 0, -1, 1})
    for (const std::int32_t kind : {kHasEnded, kEnd}) CHECK(service.ask(kind, pid).error == ESRCH);
  CHECK(is_there(stranger));
  kill_and_wait(stranger);
  const LaunchReply program = service.ask(kStart);
  CHECK(service.ask(kEnd, program.value).error == 0);
  CHECK(service.ask(kEnd, program.value).error == ESRCH);
}

TEST_CASE("a launcher does nothing else, whatever it is asked") {
  RawService service(shell("sleep 1000"));
  const LaunchReply program = service.ask(kStart, -1);
  REQUIRE(program.error == 0);
  for (const std::int32_t kind : {3, -1, 1 << 30})
    CHECK(service.ask(kind, program.value).error == EINVAL);
  CHECK(service.ask(kHasEnded, program.value).value == 0);
}

TEST_CASE("what comes along with a request is closed") {
  RawService service(shell("true"));
  SocketPair pair = socket_pair();
  const LaunchRequest request{kHasEnded, 1};
  REQUIRE(send_message(service.socket(), std::as_bytes(std::span(&request, 1)),
                       std::array{pair.theirs.get()}));
  pair.theirs = {};
  CHECK(service.ask(kHasEnded, 1).error == ESRCH);  // the answer to the first
  std::byte end;
  CHECK(::recv(pair.ours.get(), &end, 1, 0) == 0);
}

TEST_CASE("a launcher ends with its user, and all that it has started with it") {
  for (const std::size_t bytes_of_a_request : {std::size_t{0}, std::size_t{5}}) {
    RawService service(shell("sleep 1000"));
    const pid_t first = service.ask(kStart).value, second = service.ask(kStart).value;
    REQUIRE(is_there(first));
    REQUIRE(::send(service.socket().get(), "12345", bytes_of_a_request, 0) >= 0);
    service.hang_up();
    CHECK_FALSE(is_there(first));
    CHECK_FALSE(is_there(second));
    CHECK(service.given().size() == 4);
  }
}

TEST_CASE("no process and no descriptor is left of a launcher") {
  const std::size_t descriptors = open_descriptors();
  {
    LauncherProcess one(shell("sleep 1000"), 2), other(shell("sleep 1000"), 2);
    const Launched left = one.start();
    other.end(other.start().pid);
  }
  CHECK(open_descriptors() == descriptors);
  CHECK_FALSE(has_children());
}
