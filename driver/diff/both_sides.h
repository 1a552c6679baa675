#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

namespace normalize::diff {

/// How many workers of a comparison have nothing left to do: one of them may take one side of a
/// pair off another. Any number of threads may call.
class IdleWorkers {
 public:
  explicit IdleWorkers(unsigned count = 0) : count_(count) {}

  void add() { ++count_; }
  /// Whether there was one, which then is no longer idle.
  bool take() {
    unsigned count = count_;
    while (count > 0)
      if (count_.compare_exchange_weak(count, count - 1)) return true;
    return false;
  }

 private:
  std::atomic<unsigned> count_;
};

/// Calls `a` and `b`, each for one side of a pair of `bytes` together: at once where there is an
/// idle worker and enough to do, else one after the other. Both run to their end; then what `a` has
/// thrown is thrown, or else what `b` has.
template <typename A, typename B>
void on_both_sides(IdleWorkers& idle, std::uint64_t bytes, const A& a, const B& b) {
  constexpr std::uint64_t kWorthAWorker = std::uint64_t{64} << 10;
  std::exception_ptr of_a, of_b;
  const auto call = [](const auto& side, std::exception_ptr& thrown) noexcept {
    try {
      side();
    } catch (...) {
      thrown = std::current_exception();
    }
  };
  const bool at_once = bytes >= kWorthAWorker && idle.take();
  std::jthread other;
  if (at_once) {
    try {
      other = std::jthread([&] { call(b, of_b); });
    } catch (const std::system_error&) {  // the system has no thread left
    }
  }
  call(a, of_a);
  if (other.joinable())
    other.join();
  else
    call(b, of_b);
  if (at_once) idle.add();
  if (of_a) std::rethrow_exception(of_a);
  if (of_b) std::rethrow_exception(of_b);
}

}  // namespace normalize::diff
