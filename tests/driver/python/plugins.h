#pragma once

#include <doctest/doctest.h>

#include "driver/python/plugins.h"
#include "tests/support/bytes.h"
#include "tests/support/python.h"
#include "tests/support/tree.h"

namespace normalize::test {

/// A folder with one plugin, plugin.py, whose text is given. Its function is `normal`.
class OnePlugin {
 public:
  explicit OnePlugin(const std::string& source, HelperOptions options = python_options(),
                     unsigned workers = 1)
      : plugins_({(tree_.file("plugin.py", source), tree_.path().string())}, workers,
                 std::move(options)) {}

  /// What it makes of `input`; "None" where it leaves that.
  std::string operator()(std::string_view input, const Rules& rules = {},
                         std::string_view settings = "{}") {
    const PluginResult result = run(input, rules, settings);
    return result.output ? std::string(as_text(*result.output)) : "None";
  }
  PluginResult run(std::string_view input, const Rules& rules = {},
                   std::string_view settings = "{}") {
    return plugins_.call({"plugin:normal", settings, "usr/lib/index", as_bytes(input), rules});
  }
  /// What is wrong with it, behind its name.
  std::string error(std::string_view input = "input") {
    try {
      return "no error, but " + (*this)(input);
    } catch (const ServiceError& error) {
      const std::string_view text = error.what(), intro = "plugin plugin:normal: ";
      REQUIRE(text.starts_with(intro));
      return std::string(text.substr(intro.size()));
    }
  }
  Plugins& plugins() { return plugins_; }

 private:
  TempTree tree_;
  Plugins plugins_;
};

}  // namespace normalize::test
