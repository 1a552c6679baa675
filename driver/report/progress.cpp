#include "driver/report/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace normalize {
namespace {

constexpr std::string_view kWipe = "\r\x1b[K";
/// What opening and claiming a file costs, told in bytes that are read: a tree of many small files
/// is not done as soon as its bytes are.
constexpr std::uint64_t kFileWeighs = 16'384;
/// Nothing is said of what remains before so much is known of the rate.
constexpr std::chrono::milliseconds kRateIsKnown{1000};

/// "1.2 MB"
std::string shown_bytes(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  std::uint64_t tenths = bytes / 100;
  std::size_t unit = 0;
  for (; tenths >= 10'000 && unit + 1 < std::size(kUnits); ++unit) tenths /= 1000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " +
         std::string(kUnits[unit]);
}

/// "0:42", "1:02:03"
std::string shown_time(std::uint64_t seconds) {
  const auto two_digits = [](std::uint64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  const std::uint64_t minutes = seconds / 60;
  return (minutes < 60 ? std::to_string(minutes)
                       : std::to_string(minutes / 60) + ":" + two_digits(minutes % 60)) +
         ":" + two_digits(seconds % 60);
}

/// Seconds until the end at the rate so far; floating point, since sizes are hostile.
std::uint64_t remaining_seconds(const ProgressState& state) {
  const auto work = [](std::uint64_t files, std::uint64_t bytes) {
    return static_cast<double>(files) * kFileWeighs + static_cast<double>(bytes);
  };
  const double done = work(state.files, state.bytes);
  const double left = std::max(0.0, work(state.all_files, state.all_bytes) - done);
  constexpr double kLongest = 359'999;  // 99:59:59
  return static_cast<std::uint64_t>(
      std::min(kLongest, left / done * static_cast<double>(state.elapsed.count()) / 1000));
}

bool is_terminal(int descriptor) {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(descriptor) == 1 && terminal && std::string_view(terminal) != "dumb";
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/// As much as the terminal takes: there is nobody to tell that it is gone.
void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t columns) {
  std::string line(state.step);
  if (state.files == 0 && state.all_files == 0) return line.substr(0, columns);
  const auto add = [&](const std::string& text) { line += ", " + text; };
  line += ": " + std::to_string(state.files);
  if (state.all_files > 0) line += " of " + std::to_string(state.all_files);
  line += state.files == 1 && state.all_files == 0 ? " file" : " files";
  if (state.all_bytes > 0) add(shown_bytes(state.bytes) + " of " + shown_bytes(state.all_bytes));
  if (state.elapsed >= kRateIsKnown && state.files > 0) {
    const auto a_second = [&](std::uint64_t count) {
      return static_cast<std::uint64_t>(static_cast<double>(count) * 1000 /
                                        static_cast<double>(state.elapsed.count()));
    };
    add(state.all_bytes > 0 ? shown_bytes(a_second(state.bytes)) + "/s"
                            : std::to_string(a_second(state.files)) + "/s");
    if (state.all_files > 0) add(shown_time(remaining_seconds(state)) + " left");
  }
  return line.substr(0, columns);
}

Progress::Progress(int descriptor, Pace pace) : descriptor_(descriptor), pace_(pace) {
  if (is_terminal(descriptor)) drawer_ = std::jthread([this] { draw_until_end(); });
}

Progress::~Progress() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  ending_.notify_all();
}

void Progress::begin(std::string_view step, std::uint64_t all_files, std::uint64_t all_bytes) {
  const std::lock_guard lock(mutex_);
  step_ = {step, 0, all_files, 0, all_bytes};
  began_ = Clock::now();
  files_ = 0;
  bytes_ = 0;
}

void Progress::add(std::uint64_t bytes) noexcept {
  files_.fetch_add(1, std::memory_order_relaxed);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
}

void Progress::draw_until_end() {
  std::unique_lock lock(mutex_);
  auto next = pace_.before_first;
  while (!ending_.wait_for(lock, next, [this] { return ends_; })) {
    draw();
    next = pace_.between;
  }
  if (has_drawn_) write_all(descriptor_, kWipe);
}

void Progress::draw() {
  if (step_.step.empty()) return;
  ProgressState state = step_;
  state.files = files_;
  state.bytes = bytes_;
  state.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_);
  // The last column stays free: some terminals go on to the next line as soon as it is filled.
  std::string text(kWipe);
  text += progress_line(state, columns_of(descriptor_) - 1);
  write_all(descriptor_, text);
  has_drawn_ = true;
}

}  // namespace normalize
