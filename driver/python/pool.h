#pragma once

#include "driver/python/helper.h"
#include "driver/python/helper_pool.h"

namespace normalize {

/// As many helpers as there are workers.
class PythonPool final : public Services {
 public:
  explicit PythonPool(unsigned workers, const HelperOptions& options = {})
      : helpers_(workers, options) {}

  std::array<std::byte, 4> python_magic() override;
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override;
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames = Filenames::compare) override;

 private:
  HelperPool<PythonHelper> helpers_;
};

}  // namespace normalize
