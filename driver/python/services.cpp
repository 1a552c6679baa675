#include "driver/python/services.h"

#include "driver/python/plugins.h"
#include "driver/python/pool.h"

namespace normalize {
namespace {

/// normalize-python, for what it is asked.
class PythonServices final : public Services {
 public:
  PythonServices(unsigned jobs, const PluginOptions& plugins)
      : python_(jobs), plugins_(plugins.folders, jobs, {}) {}

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

}  // namespace

std::unique_ptr<Services> services_for(const Rules& rules, unsigned jobs, PluginOptions plugins) {
  if (rules.pyc_mode == PycMode::recompile || rules.verify_pyc) find_python_helper();
  if (std::string shipped = shipped_plugins(); !shipped.empty())
    plugins.folders.push_back(std::move(shipped));
  return std::make_unique<PythonServices>(jobs, plugins);
}

}  // namespace normalize
