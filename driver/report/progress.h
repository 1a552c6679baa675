#pragma once

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace normalize {

/// How far one step of a run is. Where it is not known how much there is, there are 0 in all.
struct ProgressState {
  std::string_view step;  // "checking"; static
  std::uint64_t files = 0, all_files = 0;
  std::uint64_t bytes = 0, all_bytes = 0;
  std::chrono::milliseconds elapsed{0};
};

/// "checking: 1200 of 50000 files, 1.2 GB of 3.4 GB, 45.0 MB/s, 1:10 left", cut to `columns`. The
/// step alone where there is nothing to count.
std::string progress_line(const ProgressState& state, std::size_t columns);

/// Tells on a terminal how far a run is: one line, drawn again and again in its place by a thread
/// of its own, and wiped at the end. A run that ends at once draws nothing; nor is anything drawn
/// where the descriptor is no terminal, or one that cannot wipe (TERM=dumb). Without color, so
/// there is nothing for NO_COLOR to turn off.
class Progress {
 public:
  struct Pace {
    std::chrono::milliseconds before_first{400}, between{100};
  };
  explicit Progress(int descriptor) : Progress(descriptor, Pace{}) {}
  Progress(int descriptor, Pace pace);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Begins a step, a static text, and forgets the one before. By one thread at a time.
  void begin(std::string_view step, std::uint64_t all_files = 0, std::uint64_t all_bytes = 0);
  /// One more file, of so many bytes, is done. By any thread.
  void add(std::uint64_t bytes) noexcept;

 private:
  using Clock = std::chrono::steady_clock;
  void draw_until_end();
  void draw();

  const int descriptor_;
  const Pace pace_;
  std::atomic<std::uint64_t> files_ = 0, bytes_ = 0;

  std::mutex mutex_;  // of all below
  std::condition_variable ending_;
  bool ends_ = false, has_drawn_ = false;
  ProgressState step_;
  Clock::time_point began_ = Clock::now();
  std::jthread drawer_;  // last: it uses all above
};

/// The progress of a run on standard error; null where it is to be quiet.
inline Progress* begin_progress(std::optional<Progress>& progress, bool quiet) {
  return quiet ? nullptr : &progress.emplace(STDERR_FILENO);
}

/// For code that is told of no Progress where nobody looks: does nothing where it is null.
inline void add_progress(Progress* progress, std::uint64_t bytes) noexcept {
  if (progress) progress->add(bytes);
}

}  // namespace normalize
