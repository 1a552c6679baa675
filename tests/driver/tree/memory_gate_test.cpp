#include "driver/tree/memory_gate.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using normalize::MemoryGate;

TEST_CASE("what all workers hold at a time stays below the limit, and each gets its turn") {
  constexpr std::uint64_t kMost = 100;
  MemoryGate gate(kMost);
  std::atomic<std::uint64_t> held = 0, turns = 0;
  std::atomic<bool> exceeded = false;
  const auto work = [&](std::uint64_t bytes) {
    for (int i = 0; i < 200; ++i) {
      const MemoryGate::Pass pass = gate.enter(bytes);
      const std::uint64_t now = held += bytes;
      if (now > kMost && now != bytes) exceeded = true;
      std::this_thread::yield();
      held -= bytes;
      ++turns;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (const std::uint64_t bytes : {30U, 60U, 70U, 250U, 1U}) workers.emplace_back(work, bytes);
  }
  CHECK_FALSE(exceeded);
  CHECK(turns == 1000);
  const MemoryGate::Pass fits = gate.enter(40);
  const MemoryGate::Pass too = gate.enter(60);
}
