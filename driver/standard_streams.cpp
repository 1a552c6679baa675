#include "driver/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "driver/report/escape.h"
#include "driver/tree/descriptor.h"
#include "driver/tree/paths.h"

namespace normalize {
namespace {

std::vector<int> ignored_by_us;  // written before there is a second thread

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Buffer read_all(int descriptor, const std::string& name) {
  constexpr std::size_t kAtOnce = std::size_t{64} << 10;
  Buffer bytes;
  for (;;) {
    const std::size_t used = bytes.size();
    const std::span<std::byte> room = bytes.grow(kAtOnce);
    const ssize_t count = ::read(descriptor, room.data(), room.size());
    if (count < 0 && errno != EINTR) fail(name);
    bytes.cut(used + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    passed_over(bytes.size() - used);
    if (count == 0) return bytes;
  }
}

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

void write_or_throw(ByteView bytes) {
  if (!write_all(STDOUT_FILENO, bytes)) fail("standard output");
}

}  // namespace

void guard_standard_streams() {
  // open() takes the lowest free number. Opened for the wrong direction, so that using it is the
  // error it would have been without.
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) < 0)
      ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  for (const int number : {SIGPIPE, SIGXFSZ})
    if (std::signal(number, SIG_IGN) != SIG_IGN) ignored_by_us.push_back(number);
}

std::vector<int> signals_we_ignore() { return ignored_by_us; }

Buffer read_standard_input() { return read_all(STDIN_FILENO, "standard input"); }

Bytes read_whole_file(const std::string& path) {
  const Descriptor file = open_path(path, O_RDONLY);
  if (!file) fail(path);
  return read_all(file.get(), path).to_bytes();
}

void write_whole_file(const std::string& path, std::string_view text) {
  Descriptor file = open_path(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (!file || !write_all(file.get(), as_bytes(text))) fail(path);
  if (::close(file.release()) != 0) fail(path);  // some file systems tell only now
}

void write_standard_output(std::string_view text) { write_or_throw(as_bytes(text)); }

void write_standard_output(const Content& content) {
  for (const Content::Piece& piece : content.pieces()) write_or_throw(piece.bytes);
}

void write_standard_error(std::string_view text) noexcept {
  write_all(STDERR_FILENO, as_bytes(text));
}

void complain(std::string_view problem) {
  write_standard_error("normalize: error: " + escape(problem) + "\n");
}

}  // namespace normalize
