// normalize-python: the Python interpreter, in a process of its own, so that whatever a plugin or a
// hostile file does to it costs normalize one file and not the run. It answers requests at
// descriptor kPythonSocket until the other end closes.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <system_error>

#include "driver/counters.h"
#include "driver/python/message.h"
#include "driver/python/program/failure.h"
#include "driver/python/program/interpreter.h"
#include "driver/sandbox/sandbox.h"
#include "normalizers/error.h"

namespace normalize::python {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

unsigned long number(const char* text) {
  const std::string_view digits = text;
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc() || end != digits.end() || value == 0)
    throw std::runtime_error("expected a number, got \"" + std::string(digits) + "\"");
  return value;
}

void limit(decltype(RLIMIT_AS) resource, rlim_t value) {
  const rlimit both{value, value};
  if (::setrlimit(resource, &both) != 0) fail("setrlimit");
}

/// Plugins get bytes and give bytes: none of them has a file to write. What is left to read is for
/// who starts us to say. Python opens its modules by their paths, for as long as it runs.
void close_disk() {
  if (!confined_sees_paths()) return;
  const char* const sandbox = std::getenv("NORMALIZE_SANDBOX");
  if (sandbox && std::string_view(sandbox) == "off") return;
  static_cast<void>(confine({{"/"}, {}, {}}));
}

/// Puts what a source or a plugin names relatively out of reach, and starts no new leaks. Where and
/// by whom we were started is nobody's business.
void settle_in(rlim_t memory_bytes) {
  if (::clearenv() != 0 || ::setenv("TZ", "UTC0", 1) != 0 || ::setenv("LC_ALL", "C.UTF-8", 1) != 0)
    fail("environment");
  limit(RLIMIT_AS, memory_bytes);
  limit(RLIMIT_CORE, 0);
  if (::chdir("/") != 0) fail("chdir");
  if (::fcntl(kPythonSocket, F_SETFD, FD_CLOEXEC) != 0) fail("no socket");
}

void send_all(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(kPythonSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("send");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

/// Unset once the other end has closed.
std::optional<Message> receive(MessageAssembler& assembler) {
  static std::array<std::byte, 65'536> block;
  for (;;) {
    if (auto message = assembler.next()) return message;
    const ssize_t count = ::read(kPythonSocket, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read");
    if (count == 0) return std::nullopt;
    assembler.feed(ByteView(block).first(static_cast<std::size_t>(count)));
  }
}

Message answer(Interpreter& interpreter, const Message& request) try {
  return interpreter.answer(request);
} catch (const std::bad_alloc&) {
  return failure("MemoryError", "");
}

void serve(unsigned seconds, PluginFolders folders) {
  Interpreter interpreter(std::move(folders));
  send_all(encode(interpreter.greeting()));
  MessageAssembler assembler;
  while (const auto request = receive(assembler)) {
    // Who asked kills us at the end of its patience; the alarm is for when it is gone itself.
    ::alarm(seconds);
    const Message reply = answer(interpreter, *request);
    save_counters();
    send_all(encode(reply));
    ::alarm(0);
  }
}

}  // namespace
}  // namespace normalize::python

int main(int argc, char** argv) try {
  using namespace normalize;
  using namespace normalize::python;
  const bool names_folders = argc > 3 && argv[3] == kPythonPluginFolders;
  if (argc != 3 && !names_folders) {
    std::fputs("normalize-python is started by normalize, which speaks with it\n", stderr);
    return 2;
  }
  close_disk();
  settle_in(number(argv[1]));
  serve(static_cast<unsigned>(number(argv[2])),
        names_folders ? PluginFolders({argv + 4, argv + argc}) : PluginFolders());
  std::fflush(nullptr);
  normalize::save_counters();
  ::_exit(0);  // the interpreter is not wound up: nothing of it outlives the process
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  normalize::save_counters();
  ::_exit(2);
}
