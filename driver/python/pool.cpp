#include "driver/python/pool.h"

namespace normalize {

/// An idle helper for as long as one request takes.
class PythonPool::Lease {
 public:
  explicit Lease(PythonPool& pool) : pool_(pool) {
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

  PythonHelper* operator->() const { return &slot_->helper; }

 private:
  PythonPool& pool_;
  Slot* slot_ = nullptr;
};

PythonPool::PythonPool(unsigned workers, const HelperOptions& options) : idle_(workers) {
  for (unsigned i = 0; i < workers; ++i) slots_.push_back(std::make_unique<Slot>(options));
}

std::array<std::byte, 4> PythonPool::python_magic() { return Lease(*this)->python_magic(); }

Bytes PythonPool::recompile(ByteView source, std::string_view filename, unsigned optimization) {
  return Lease(*this)->recompile(source, filename, optimization);
}

std::optional<std::string> PythonPool::first_difference(ByteView before, ByteView after,
                                                        Filenames filenames) {
  return Lease(*this)->first_difference(before, after, filenames);
}

}  // namespace normalize
