#pragma once

#include <atomic>
#include <semaphore>
#include <vector>

#include "driver/python/helper.h"

namespace normalize {

/// As many helpers as there are workers, each started when it is first needed. A request takes one
/// that is idle, the first started before the others, and has it to itself without a lock.
class PythonPool final : public Services {
 public:
  explicit PythonPool(unsigned workers, const HelperOptions& options = {});

  std::array<std::byte, 4> python_magic() override;
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override;
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames = Filenames::compare) override;

 private:
  struct Slot {
    explicit Slot(const HelperOptions& options) : helper(options) {}
    std::atomic<bool> busy = false;
    PythonHelper helper;
  };
  class Lease;

  std::vector<std::unique_ptr<Slot>> slots_;
  std::counting_semaphore<> idle_;  // no more requests at a time than slots
};

}  // namespace normalize
