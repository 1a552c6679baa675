// npm-pack(1), gem build, cargo package, PyPA's build, pip wheel, and setup.py.

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

namespace fs = std::filesystem;

constexpr Syntax kNpm{.letters = "w:C:",
                      .long_with_value =
                          "pack-destination prefix workspace registry cache userconfig tag "
                          "loglevel"};
constexpr Syntax kGem{.letters = "C:o:", .long_with_value = "output platform config-file"};
constexpr Syntax kCargo{.letters = "C:F:j:p:Z:",
                        .long_with_value =
                            "manifest-path target-dir package features target config color "
                            "exclude registry index jobs message-format"};
constexpr Syntax kPython{.letters = "c:m:W:X:", .operands_last = true};
constexpr Syntax kSetup{.letters = "d:", .long_with_value = "dist-dir"};
constexpr Syntax kBuild{.letters = "C:o:", .long_with_value = "outdir config-setting installer"};
constexpr Syntax kPip{.letters = "w:r:c:e:i:f:C:",
                      .long_with_value =
                          "wheel-dir requirement constraint editable index-url extra-index-url "
                          "find-links build-option global-option no-binary only-binary "
                          "config-settings log cache-dir proxy timeout retries cert client-cert "
                          "progress-bar python"};

std::vector<std::string> behind(const std::vector<std::string>& words, std::size_t count) {
  const auto skipped = static_cast<std::ptrdiff_t>(std::min(count, words.size()));
  return {words.begin() + skipped, words.end()};
}

/// What people upload: sources and wheels.
std::vector<OutputPlace> distributions(const std::string& folder) {
  return {within(folder, "*.whl"), within(folder, "*.tar.gz"), within(folder, "*.zip")};
}

/// A workspace has one target folder, that of any package in it.
std::vector<OutputPlace> crates(const Arguments& arguments) {
  const char* const variable = std::getenv("CARGO_TARGET_DIR");
  if (const auto target = arguments.value({"target-dir"}))
    return {within(*target + "/package", "*.crate")};
  if (variable && *variable) return {within(std::string(variable) + "/package", "*.crate")};
  std::vector<OutputPlace> outputs;
  fs::path folder = fs::absolute(arguments.value({"manifest-path"}).value_or("x")).parent_path();
  for (;; folder = folder.parent_path()) {
    outputs.push_back(within((folder / "target/package").string(), "*.crate"));
    if (folder == folder.root_path()) return outputs;
  }
}

Call understand_setup(const std::vector<std::string>& words) {
  const Arguments arguments(words, kSetup);
  Call call;
  call.writes = std::ranges::any_of(arguments.operands(), [](const std::string& command) {
    return command == "sdist" || command.starts_with("bdist");
  });
  call.outputs = distributions(arguments.value({"d", "dist-dir"}).value_or("dist"));
  return call;
}

}  // namespace

Call understand_npm(const Command& command) {
  const Arguments arguments(command.arguments, kNpm);
  Call call;
  call.writes = arguments.command() == "pack" && !arguments.has({"dry-run", "h", "help"});
  call.outputs = {within(arguments.value({"pack-destination"}).value_or(""), "*.tgz")};
  return call;
}

Call understand_gem(const Command& command) {
  const Arguments arguments(command.arguments, kGem);
  Call call;
  call.writes = arguments.command() == "build" && !arguments.has({"h", "help"});
  const std::string folder = arguments.value({"C"}).value_or("");
  if (const auto output = arguments.value({"o", "output"}))
    call.outputs = {exactly((fs::path(folder) / *output).string())};
  else
    call.outputs = {within(folder, "*.gem")};
  return call;
}

Call understand_cargo(const Command& command) {
  const bool names_toolchain =
      !command.arguments.empty() && command.arguments.front().starts_with('+');
  const Arguments arguments(behind(command.arguments, names_toolchain ? 1 : 0), kCargo);
  Call call;
  call.writes = arguments.command() == "package" && !arguments.has({"l", "list", "h", "help"});
  if (call.writes) call.outputs = crates(arguments);
  return call;
}

Call understand_python(const Command& command) {
  const std::vector<std::string>& words = command.arguments;
  for (std::size_t i = 0; i + 1 < words.size() && words[i].starts_with('-'); ++i) {
    if (words[i] == "-W" || words[i] == "-X") ++i;
    if (words[i] == "-c") return {};
    if (words[i] != "-m") continue;
    if (words[i + 1] == "build")
      return understand_pyproject_build({command.program, behind(words, i + 2)});
    if (words[i + 1] == "pip") return understand_pip({command.program, behind(words, i + 2)});
    return {};
  }
  const Arguments arguments(words, kPython);
  if (arguments.command() != "setup.py" && !arguments.command().ends_with("/setup.py")) return {};
  return understand_setup(behind(arguments.operands(), 1));
}

Call understand_pip(const Command& command) {
  const Arguments arguments(command.arguments, kPip);
  Call call;
  call.writes = arguments.command() == "wheel" && !arguments.has({"h", "help"});
  call.outputs = {within(arguments.value({"w", "wheel-dir"}).value_or(""), "*.whl")};
  return call;
}

Call understand_pyproject_build(const Command& command) {
  const Arguments arguments(command.arguments, kBuild);
  Call call;
  call.writes = !arguments.has({"h", "help", "V", "version"});
  const fs::path source =
      arguments.operands().empty() ? fs::path() : fs::path(arguments.operands().front());
  call.outputs =
      distributions(arguments.value({"o", "outdir"}).value_or((source / "dist").string()));
  return call;
}

}  // namespace normalize::wrap
