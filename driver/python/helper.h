#pragma once

#include <string>

#include "driver/python/process.h"
#include "normalizers/services.h"

namespace normalize {

/// One normalize-python that compiles and compares. Serves one thread at a time.
class PythonHelper final : public Services {
 public:
  explicit PythonHelper(HelperOptions options = {}) : process_(std::move(options)) {}

  /// The interpreter's version: "3.11.2".
  std::string python_version();
  std::array<std::byte, 4> python_magic() override;
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override;
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames = Filenames::compare) override;

  /// Its process, for tests; -1 while there is none.
  pid_t pid() const { return process_.pid(); }

 private:
  Message ask(const Message& request);

  HelperProcess process_;
};

}  // namespace normalize
