#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/guarded.h"
#include "driver/python/helper_pool.h"
#include "driver/python/plugin_helper.h"

namespace normalize {

/// Where the plugins are that come with the program: share/normalize/plugins beside it, or beside
/// the folder it is in. Empty where there is none.
std::string shipped_plugins();

/// Finds plugins and runs them. Each module has processes of its own, one a worker, started when
/// they are first needed; each call runs in a copy of one that has done nothing but load the
/// module. So no call sees what another did to the interpreter.
class Plugins {
 public:
  /// `folders` are searched in that order for module.py. Of `options`, the patience is what one
  /// call may take.
  Plugins(std::vector<std::string> folders, unsigned workers, HelperOptions options);

  /// As Services::plugin(). Any number of threads may call.
  PluginResult call(const PluginCall& call);

 private:
  /// A module in use, with the run's facts that it may have read while it was loaded.
  struct Loaded {
    Loaded(PluginModule module_of_it, unsigned workers, const HelperOptions& options)
        : module(std::move(module_of_it)), helpers(workers, module, options) {}
    const PluginModule module;
    HelperPool<PluginHelper> helpers;
    /// Why it cannot be loaded: told for each file, but tried no more.
    Guarded<std::optional<PluginLoadError>> broken;
  };
  struct Key {
    std::string module;
    std::optional<std::int64_t> epoch;
    TimeMode time_mode;
    Profile profile;
    auto operator<=>(const Key&) const = default;
  };
  using Known = std::map<Key, std::unique_ptr<Loaded>>;

  Loaded& loaded(std::string_view module, const Rules& rules);
  PluginModule find(const Key& key) const;
  PluginResult call(Loaded& loaded, std::string_view function, const PluginCall& call);

  const std::vector<std::string> folders_;
  const std::filesystem::path working_folder_;
  const unsigned workers_;
  const HelperOptions options_;
  Guarded<Known> known_;
};

}  // namespace normalize
