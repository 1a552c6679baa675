#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace normalize {

/// Keeps what all workers hold at a time below a limit. Who alone wants more than that
/// gets it once nobody else holds anything, so everybody's turn comes.
class MemoryGate {
 public:
  explicit MemoryGate(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  /// The right to hold some bytes, for as long as it lives.
  class Pass {
   public:
    Pass(MemoryGate& gate, std::uint64_t bytes) : gate_(gate), bytes_(bytes) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() { gate_.leave(bytes_); }

   private:
    MemoryGate& gate_;
    const std::uint64_t bytes_;
  };

  /// Waits until `bytes` more fit. A worker holds one pass at a time.
  Pass enter(std::uint64_t bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return held_bytes_ == 0 || (held_bytes_ <= most_bytes_ && bytes <= most_bytes_ - held_bytes_);
    });
    held_bytes_ += bytes;
    return Pass(*this, bytes);
  }

 private:
  void leave(std::uint64_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      held_bytes_ -= bytes;
    }
    changed_.notify_all();
  }

  const std::uint64_t most_bytes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t held_bytes_ = 0;
};

}  // namespace normalize
