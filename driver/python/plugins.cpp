#include "driver/python/plugins.h"

#include <filesystem>

#include "driver/path_search.h"
#include "driver/report/escape.h"
#include "driver/tree/file_source.h"
#include "driver/tree/paths.h"
#include "driver/tree/tree.h"
#include "rules/plugin_name.h"

namespace normalize {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestSource = std::size_t{4} << 20;

bool is_file(const std::string& path) {
  struct stat status {};
  return stat_path(path, status) && S_ISREG(status.st_mode);
}

Bytes read_source(const std::string& path) try {
  const Descriptor file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) throw_errno("open");
  Bytes source(kLongestSource + 1);
  FileSource bytes(file.get(), source.size());
  source.resize(bytes.read(source.data(), source.size(), 0));
  if (source.size() > kLongestSource) throw ServiceError(escape(path) + " is too long");
  return source;
} catch (const std::system_error&) {
  throw ServiceError("cannot read " + escape(path));
}

/// Asked before the run confines itself, when the system may tell no more.
fs::path working_folder() {
  std::error_code error;
  return fs::current_path(error);
}

std::string joined(const std::vector<std::string>& folders) {
  std::string text;
  for (const std::string& folder : folders) text += (text.empty() ? "" : ", ") + escape(folder);
  return text;
}

}  // namespace

std::string shipped_plugins() {
  std::error_code error;
  const fs::path folder = fs::path(own_path()).parent_path();
  if (folder.empty()) return {};
  for (const fs::path& root : {folder, folder.parent_path()})
    if (const fs::path plugins = root / "share/normalize/plugins"; fs::is_directory(plugins, error))
      return plugins;
  return {};
}

Plugins::Plugins(std::vector<std::string> folders, unsigned workers, HelperOptions options)
    : folders_(std::move(folders)),
      working_folder_(working_folder()),
      workers_(workers),
      options_(std::move(options)) {}

PluginResult Plugins::call(const PluginCall& call) try {
  const auto name = parse_plugin_name(call.function);
  if (!name) throw ServiceError("a plugin is named as module:function");
  return this->call(loaded(name->module, call.rules), name->function, call);
} catch (const PluginError& error) {
  throw PluginError("plugin " + std::string(call.function) + ": " + error.what(),
                    error.traceback());
} catch (const ServiceMissing& error) {
  throw ServiceMissing("plugin " + std::string(call.function) + ": " + error.what());
} catch (const ServiceError& error) {
  throw ServiceError("plugin " + std::string(call.function) + ": " + error.what());
}

PluginResult Plugins::call(Loaded& loaded, std::string_view function, const PluginCall& call) {
  const auto lease = loaded.helpers.lease();
  if (const auto broken = loaded.broken.with([](const auto& error) { return error; }))
    throw *broken;
  try {
    return lease->call(function, call);
  } catch (const PluginLoadError& error) {
    loaded.broken.with([&](auto& broken) { broken = error; });
    throw;
  }
}

Plugins::Loaded& Plugins::loaded(std::string_view module, const Rules& rules) {
  Key key{std::string(module), rules.epoch, rules.time_mode, rules.profile};
  return known_.with([&](Known& known) -> Loaded& {
    std::unique_ptr<Loaded>& found = known[key];
    if (!found) found = std::make_unique<Loaded>(find(key), workers_, options_);
    return *found;
  });
}

PluginModule Plugins::find(const Key& key) const {
  for (const std::string& folder : folders_)
    if (const std::string path = join_path(folder, key.module + ".py"); is_file(path))
      return {key.module, working_folder_ / path, read_source(path),
              key.epoch,  key.time_mode,          key.profile};
  if (folders_.empty()) throw ServiceError("no folder of plugins is known (--plugin-path)");
  throw ServiceError("no " + key.module + ".py in " + joined(folders_) + " (--plugin-path)");
}

}  // namespace normalize
