#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace normalize {

/// Workers who take what is to be done in the order in which it was asked for. What has not begun
/// when the pool goes is not done.
class WorkerPool {
 public:
  explicit WorkerPool(unsigned jobs) {
    for (unsigned n = 0; n < jobs; ++n) workers_.emplace_back([this] { work(); });
  }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
  }

  /// What `task` returns or throws comes out of the future. It waits for no other task.
  template <typename Task>
  auto run(Task task) {
    using Result = decltype(task());
    const auto packaged = std::make_shared<std::packaged_task<Result()>>(std::move(task));
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back([packaged] { (*packaged)(); });
    }
    changed_.notify_one();
    return packaged->get_future();
  }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ends_ || !tasks_.empty(); });
        if (ends_) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ends_ = false;
  std::vector<std::jthread> workers_;  // last: they use all above
};

}  // namespace normalize
