// dpkg-deb(1), dpkg-buildpackage(1), and opkg-build of opkg-utils.

#include <filesystem>

#include "driver/tree/trailing_slashes.h"
#include "driver/wrap/arguments.h"
#include "driver/wrap/creator.h"

namespace normalize::wrap {
namespace {

namespace fs = std::filesystem;

constexpr Syntax kDpkgDeb{.letters = "S:Z:z:",
                          .long_with_value = "showformat deb-format threads-max"};
constexpr Syntax kOpkgBuild{.letters = "Z:a:o:g:"};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

Call understand_dpkg_deb(const Command& command) {
  const Arguments arguments(command.arguments, kDpkgDeb);
  const std::vector<std::string>& operands = arguments.operands();
  Call call;
  if (!arguments.has({"b", "build"}) || operands.empty()) return call;
  call.writes = true;
  const std::string folder(without_trailing_slashes(operands[0]));
  // Sums that were taken before would no longer hold; in the package they follow.
  if (!is_there(folder + "/DEBIAN/md5sums")) call.stages = {{folder, Stage::Kind::staging}};
  if (operands.size() < 2)
    call.outputs = {exactly(folder + ".deb")};
  else if (is_folder(operands[1]))
    call.outputs = {within(operands[1], "*.deb"), within(operands[1], "*.udeb")};
  else
    call.outputs = {exactly(operands[1])};
  if (!arguments.has({"root-owner-group"}))
    call.switches = {{When::for_users, {"--root-owner-group"}}};
  return call;
}

Call understand_dpkg_buildpackage(const Command& command) {
  const Arguments arguments(command.arguments, {.letters = "T:p:k:j:m:e:C:v:r:D:a:t:P:"});
  Call call;
  call.writes = !arguments.has({"T", "rules-target", "help", "version", "?"});
  for (const char* pattern :
       {"*.deb", "*.udeb", "*.ddeb", "*.changes", "*.buildinfo", "*.dsc", "*.tar.*", "*.diff.gz"})
    call.outputs.push_back(within("..", pattern));
  return call;
}

Call understand_opkg_build(const Command& command) {
  const Arguments arguments(command.arguments, kOpkgBuild);
  const std::vector<std::string>& operands = arguments.operands();
  Call call;
  if (operands.empty()) return call;
  call.writes = true;
  call.stages = {{operands[0], Stage::Kind::staging}};
  const std::string folder = operands.size() > 1 ? operands[1] : "";
  call.outputs = {within(folder, "*.ipk"), within(folder, "*.opk")};
  call.variables = tar_variables();
  return call;
}

}  // namespace normalize::wrap
