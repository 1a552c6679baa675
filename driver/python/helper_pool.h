#pragma once

#include <atomic>
#include <memory>
#include <semaphore>
#include <vector>

namespace normalize {

/// As many helpers as there are workers, none of which starts a program before it is asked. A
/// lease has one that is idle, the first before the others, to itself without a lock.
template <typename Helper>
class HelperPool {
 public:
  template <typename... Arguments>
  explicit HelperPool(unsigned workers, const Arguments&... arguments) : idle_(workers) {
    for (unsigned i = 0; i < workers; ++i) slots_.push_back(std::make_unique<Slot>(arguments...));
  }

 private:
  struct Slot {
    template <typename... Arguments>
    explicit Slot(const Arguments&... arguments) : helper(arguments...) {}
    std::atomic<bool> busy = false;
    Helper helper;
  };

 public:
  /// An idle helper for as long as one request takes; waits for one.
  class Lease {
   public:
    explicit Lease(HelperPool& pool) : pool_(pool) {
      pool_.idle_.acquire();
      // One slot at least is free, if not at the moment it is looked at.
      for (std::size_t i = 0; !slot_; i = (i + 1) % pool_.slots_.size())
        if (!pool_.slots_[i]->busy.exchange(true, std::memory_order_acquire))
          slot_ = pool_.slots_[i].get();
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() {
      slot_->busy.store(false, std::memory_order_release);
      pool_.idle_.release();
    }

    Helper* operator->() const { return &slot_->helper; }

   private:
    HelperPool& pool_;
    Slot* slot_ = nullptr;
  };

  Lease lease() { return Lease(*this); }

 private:
  std::vector<std::unique_ptr<Slot>> slots_;
  std::counting_semaphore<> idle_;  // no more requests at a time than slots
};

}  // namespace normalize
