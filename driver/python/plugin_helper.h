#pragma once

#include <optional>
#include <string>

#include "driver/python/process.h"
#include "normalizers/services.h"

namespace normalize {

/// The module that a plugin's functions are in, and what its calls have in common.
struct PluginModule {
  std::string name;
  std::string path;  // absolute
  Bytes source;
  std::optional<std::int64_t> epoch;
  TimeMode time_mode;
  Profile profile;
};

/// A plugin's module cannot be loaded, whatever it is called for.
class PluginLoadError : public PluginError {
 public:
  using PluginError::PluginError;
};

/// One normalize-python that runs the functions of one module. Serves one thread at a time.
class PluginHelper {
 public:
  PluginHelper(const PluginModule& module, const HelperOptions& options);

  /// Services::plugin() of `function` in the module. Throws PluginLoadError too; what() names no
  /// plugin.
  PluginResult call(std::string_view function, const PluginCall& call);

 private:
  void load();

  const PluginModule& module_;
  const std::chrono::milliseconds limit_;  // of a call
  HelperProcess process_;
};

}  // namespace normalize
