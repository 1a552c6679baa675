#pragma once

#include <memory>
#include <string>
#include <vector>

#include "normalizers/services.h"
#include "rules/rules.h"

namespace normalize {

/// Where plugins are looked for before those that come with the program: --plugin-path.
struct PluginOptions {
  std::vector<std::string> folders;
};

/// All of them, these last.
std::vector<std::string> plugin_folders(const PluginOptions& options);

/// Whether a run confines itself, once it has its services and before it asks them.
enum class Confinement { later, never };

/// What answers the questions that `rules` have for other programs, for `jobs` workers at once. No
/// program is started before it is asked; throws ServiceMissing where one that will be asked for
/// sure is missing, before any file is touched.
std::unique_ptr<Services> services_for(const Rules& rules, unsigned jobs,
                                       const PluginOptions& plugins = {},
                                       Confinement confinement = Confinement::later);

}  // namespace normalize
