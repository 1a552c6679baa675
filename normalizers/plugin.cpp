#include "normalizers/plugin.h"

namespace normalize {
namespace {

/// For a plugin that changes a file and says nothing of it.
constexpr Field kContent{"content", ""};

std::string counted(std::size_t bytes) { return std::to_string(bytes) + " bytes"; }

}  // namespace

Content run_plugin(std::string_view function, std::string_view settings, ByteView input,
                   Context& context) try {
  Services* services = context.services();
  if (!services)
    throw ServiceMissing("plugin " + std::string(function) + ": there is no Python at hand");
  PluginResult result =
      services->plugin({function, settings, context.name(), input, context.rules()});
  if (!result.output) return Content::view(input);
  for (const PluginResult::Finding& finding : result.findings)
    context.changed(*finding.field, finding.before, finding.after);
  if (result.findings.empty())
    context.changed(kContent, counted(input.size()), counted(result.output->size()));
  return Content::own(*std::move(result.output));
} catch (const ServiceMissing& missing) {
  return context.leave(input, missing.what());
}

}  // namespace normalize
