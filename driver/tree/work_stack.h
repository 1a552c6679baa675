#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace normalize {

/// Work that begets work, shared by several workers.
template <typename Job>
class WorkStack {
 public:
  void push(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
  }

  /// Takes jobs and does them until none is left and none can come. `work` may push, and throws
  /// nothing. Called by every worker.
  template <typename Work>
  void drain(const Work& work) {
    while (std::optional<Job> job = take()) {
      work(*job);
      const std::lock_guard lock(mutex_);
      if (--busy_ == 0 && jobs_.empty()) changed_.notify_all();
    }
  }

 private:
  std::optional<Job> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !jobs_.empty() || busy_ == 0; });
    if (jobs_.empty()) return std::nullopt;
    Job job = std::move(jobs_.back());
    jobs_.pop_back();
    ++busy_;
    return job;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Job> jobs_;
  std::size_t busy_ = 0;  // workers that may still push
};

}  // namespace normalize
