#pragma once

#include <deque>
#include <future>

#include "driver/pack/worker_pool.h"
#include "driver/store/bundle.h"

namespace normalize::store {

/// Frames that workers pack side by side and that come into the bundle in the order in which they
/// were asked for, as many at a time as memory allows.
class FrameQueue {
 public:
  /// `out` outlives it. Work in flight takes about twice `most_bytes` of memory.
  FrameQueue(BundleWriter& out, unsigned jobs, std::uint64_t most_bytes)
      : out_(out), most_bytes_(most_bytes), most_tasks_(4 * std::size_t{jobs}), pool_(jobs) {}

  /// `pack` returns a NewFrame, and holds about `bytes` bytes meanwhile.
  template <typename Pack>
  void add(std::uint64_t bytes, Pack pack) {
    while (!tasks_.empty() && (tasks_.size() >= most_tasks_ || bytes > most_bytes_ ||
                               in_flight_ > most_bytes_ - bytes))
      write_first();
    in_flight_ += bytes;
    tasks_.push_back({bytes, pool_.run(std::move(pack))});
  }

  /// Waits for all. Throws what a task has thrown, as add() does.
  void finish() {
    while (!tasks_.empty()) write_first();
  }

 private:
  void write_first() {
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    in_flight_ -= task.bytes;
    out_.add(task.frame.get());
  }

  struct Task {
    std::uint64_t bytes;
    std::future<NewFrame> frame;
  };
  BundleWriter& out_;
  const std::uint64_t most_bytes_;
  const std::size_t most_tasks_;
  std::uint64_t in_flight_ = 0;
  std::deque<Task> tasks_;
  WorkerPool pool_;  // last: its workers end before anything else goes
};

}  // namespace normalize::store
