#pragma once

#include <optional>
#include <string_view>

namespace normalize {

/// A function of a plugin, as a rule names it: "module:function".
struct PluginName {
  std::string_view module;  // a file module.py in one of the folders of plugins
  std::string_view function;
};

/// The parts of `text`, which they view; unset where it is not two names of Python in ASCII, joined
/// by a colon: no dots and no paths.
std::optional<PluginName> parse_plugin_name(std::string_view text);

}  // namespace normalize
