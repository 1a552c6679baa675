#pragma once

#include <mutex>
#include <utility>

namespace normalize {

/// Data that several workers share, together with the mutex that guards it.
template <typename T>
class Guarded {
 public:
  /// Calls `use` with the data, alone.
  template <typename Use>
  decltype(auto) with(Use&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(data_);
  }

 private:
  std::mutex mutex_;
  T data_;
};

}  // namespace normalize
