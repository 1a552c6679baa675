#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace normalize {

/// Runs `work` on `jobs` workers at once, this thread among them, and waits for all. `work` throws
/// nothing.
template <typename Work>
void on_workers(unsigned jobs, const Work& work) {
  std::vector<std::jthread> workers;
  for (unsigned n = 1; n < jobs; ++n) workers.emplace_back(work);
  work();
}

/// Calls `work(i)` once for every i below `count`, in rising order of start, on up to `jobs`
/// workers.
template <typename Work>
void for_each_index(std::size_t count, unsigned jobs, const Work& work) {
  std::atomic<std::size_t> next = 0;
  on_workers(static_cast<unsigned>(std::clamp<std::size_t>(count, 1, jobs)), [&] {
    for (std::size_t i; (i = next++) < count;) work(i);
  });
}

}  // namespace normalize
