#include "driver/report/progress.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kWide = 200;
constexpr std::uint64_t kGigabyte = 1'000'000'000;

/// A terminal of 40 columns, and what it was sent.
class Terminal {
 public:
  Terminal() {
    winsize size{24, 40, 0, 0};
    REQUIRE(::openpty(&master_, &slave_, nullptr, nullptr, &size) == 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { ::close(master_); }

  int descriptor() const { return slave_; }
  /// Returns when it was sent that much.
  void await(std::string_view text) {
    while (sent_.find(text) == sent_.npos) REQUIRE(receive());
  }
  /// All of it, once whoever wrote is done. To be called once.
  std::string sent() {
    ::close(slave_);
    while (receive()) {
    }
    return sent_;
  }

 private:
  bool receive() {
    pollfd readable{master_, POLLIN, 0};
    if (::poll(&readable, 1, 30'000) != 1) return false;
    char block[4096];
    const ssize_t count = ::read(master_, block, sizeof block);
    if (count > 0) sent_.append(block, static_cast<std::size_t>(count));
    return count > 0;
  }

  int master_ = -1, slave_ = -1;
  std::string sent_;
};

/// What a terminal is sent by a run that has done 3 of 4 files, and is over when the terminal was
/// sent `awaited`, or after a while.
std::string drawn(const char* terminal_name, Progress::Pace pace, std::string_view awaited = {}) {
  Terminal terminal;
  ::setenv("TERM", terminal_name, 1);
  {
    Progress progress(terminal.descriptor(), pace);
    progress.begin("checking", 4, 4000);
    for (int i = 0; i < 3; ++i) progress.add(1000);
    if (awaited.empty()) std::this_thread::sleep_for(50ms);
    terminal.await(awaited);
  }
  return terminal.sent();
}

}  // namespace

TEST_CASE("a line tells what is done, at which rate, and how long the rest takes") {
  CHECK(progress_line({"checking", 1200, 50'000, 1'234'567'890, 3'400'000'000, 27s}, kWide) ==
        "checking: 1200 of 50000 files, 1.2 GB of 3.4 GB, 45.7 MB/s, 1:03 left");
  CHECK(progress_line({"looking for files", 90'000, 0, 5 * kGigabyte, 0, 3s}, kWide) ==
        "looking for files: 90000 files, 30000/s");
  CHECK(progress_line({"checking", 1, 2, 999, 1000, 10s}, kWide) ==
        "checking: 1 of 2 files, 999 B of 1.0 kB, 99 B/s, 0:09 left");
}

TEST_CASE("a step that counts nothing is told by its name") {
  CHECK(progress_line({"settling times on disk", 0, 0, 0, 0, 9s}, kWide) ==
        "settling times on disk");
}

TEST_CASE("nothing is foretold before anything is known") {
  CHECK(progress_line({"checking", 0, 2, 0, 2 * kGigabyte, 9s}, kWide) ==
        "checking: 0 of 2 files, 0 B of 2.0 GB");
  CHECK(progress_line({"checking", 1, 2, 9, 1500, 999ms}, kWide) ==
        "checking: 1 of 2 files, 9 B of 1.5 kB");
  CHECK(progress_line({"looking for files", 1, 0, 0, 0, 0s}, kWide) == "looking for files: 1 file");
}

TEST_CASE("the rest is foretold by what is done, files and bytes, whatever their sizes") {
  const std::uint64_t most = ~std::uint64_t{0};
  CHECK(progress_line({"checking", 1, most, 1, most, 1000s}, kWide).ends_with(" 99:59:59 left"));
  CHECK(progress_line({"checking", 3, 3, 9000, 3, 10s}, kWide).ends_with(" 0:00 left"));
  CHECK(progress_line({"checking", 100, 200, 0, 1, 60s}, kWide).ends_with(" 1:00 left"));
  CHECK(progress_line({"checking", 1, 74, 0, 1, 60s}, kWide).ends_with(" 1:13:00 left"));
}

TEST_CASE("a line is never wider than the terminal") {
  CHECK(progress_line({"checking", 1, 2, 9, 1500, 9s}, 20) == "checking: 1 of 2 fil");
}

TEST_CASE("a terminal gets the line in its place, and gets it wiped at the end") {
  const std::string line = "checking: 3 of 4 files, 3.0 kB of 4.0 k";  // of 40 columns all but one
  const std::string sent = drawn("xterm", {5ms, 5ms}, "\r\x1b[K" + line);
  CHECK(sent.starts_with("\r\x1b[Kchecking: "));
  CHECK(sent.ends_with("\r\x1b[K"));
  CHECK(sent.find('\n') == sent.npos);
}

TEST_CASE("a run that is over at once, and a terminal that cannot wipe, get nothing") {
  CHECK(drawn("xterm", {10s, 5ms}).empty());
  CHECK(drawn("dumb", {5ms, 5ms}).empty());
}
