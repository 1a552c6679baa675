#include "driver/python/services.h"

#include <filesystem>

#include "driver/python/launcher_process.h"
#include "driver/python/plugins.h"
#include "driver/python/pool.h"
#include "driver/sandbox/run_access.h"
#include "driver/tree/trailing_slashes.h"

namespace normalize {
namespace {

/// normalize-python, for what it is asked.
class PythonServices final : public Services {
 public:
  PythonServices(unsigned jobs, const std::vector<std::string>& plugin_folders,
                 const HelperOptions& options)
      : python_(jobs, options), plugins_(plugin_folders, jobs, options) {}

  std::array<std::byte, 4> python_magic() override { return python_.python_magic(); }
  Bytes recompile(ByteView source, std::string_view filename, unsigned optimization) override {
    return python_.recompile(source, filename, optimization);
  }
  std::optional<std::string> first_difference(ByteView before, ByteView after,
                                              Filenames filenames) override {
    return python_.first_difference(before, after, filenames);
  }
  PluginResult plugin(const PluginCall& call) override { return plugins_.call(call); }

 private:
  PythonPool python_;
  Plugins plugins_;
};

/// The program is not there: whoever asks for it is told so.
class NoLauncher final : public Launcher {
 public:
  explicit NoLauncher(ServiceMissing problem) : problem_(std::move(problem)) {}

  Launched start() override { throw problem_; }
  bool has_ended(pid_t) override { return true; }
  int end(pid_t) override { return 0; }

 private:
  const ServiceMissing problem_;
};

std::shared_ptr<Launcher> launcher_process(const HelperOptions& options, unsigned jobs) try {
  // Every worker may have one for each module of plugins, and one more.
  constexpr std::size_t kMostOfAWorker = 64;
  return std::make_shared<LauncherProcess>(helper_call(options), jobs * kMostOfAWorker);
} catch (const ServiceMissing& problem) {
  return std::make_shared<NoLauncher>(problem);
}

/// For a run that gives up starting programs, so that normalize-python runs outside of what
/// confines it.
HelperOptions options_outside(unsigned jobs, const std::vector<std::string>& plugin_folders) {
  HelperOptions options;
  options.plugin_folders.emplace();
  for (const std::string& folder : plugin_folders)
    options.plugin_folders->push_back(
        std::filesystem::absolute(without_trailing_slashes(folder)).string());
  options.launcher = launcher_process(options, jobs);
  return options;
}

}  // namespace

std::vector<std::string> plugin_folders(const PluginOptions& options) {
  std::vector<std::string> folders = options.folders;
  if (std::string shipped = shipped_plugins(); !shipped.empty())
    folders.push_back(std::move(shipped));
  return folders;
}

std::unique_ptr<Services> services_for(const Rules& rules, unsigned jobs,
                                       const PluginOptions& plugins, Confinement confinement) {
  if (rules.pyc_mode == PycMode::recompile || rules.verify_pyc) find_python_helper();
  const std::vector<std::string> folders = plugin_folders(plugins);
  const bool outside = confinement == Confinement::later && gives_up_programs();
  return std::make_unique<PythonServices>(
      jobs, folders, outside ? options_outside(jobs, folders) : HelperOptions());
}

}  // namespace normalize
