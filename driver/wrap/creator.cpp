#include "driver/wrap/creator.h"

#include <algorithm>

#include "driver/compat/programs.h"

namespace normalize::wrap {
namespace {

constexpr Creator kCreators[] = {
    {"pkg_create", "pkg_create", understand_pkg_create},
    {"openbsd", "pkg_create", understand_openbsd},
    {"netbsd", "pkg_create", understand_netbsd},
    {"freebsd", "pkg pkg-static", understand_freebsd},
    {"dpkg-deb", "dpkg-deb", understand_dpkg_deb},
    {"dpkg-buildpackage", "dpkg-buildpackage", understand_dpkg_buildpackage},
    {"opkg-build", "opkg-build", understand_opkg_build},
    {"rpmbuild", "rpmbuild", understand_rpmbuild},
    {"makepkg", "makepkg", understand_makepkg},
    {"abuild", "abuild", understand_abuild},
    {"apk", "apk", understand_apk},
    {"npm", "npm", understand_npm},
    {"gem", "gem", understand_gem},
    {"cargo", "cargo", understand_cargo},
    {"python", "python3 python", understand_python, false},
    {"pip", "pip pip3", understand_pip},
    {"pyproject-build", "pyproject-build", understand_pyproject_build},
    {"tar", "tar gtar bsdtar", understand_tar},
    {"zip", "zip", understand_zip},
    {"jar", "jar", understand_jar},
    {"mksquashfs", "mksquashfs", understand_mksquashfs},
    {"genisoimage", "genisoimage mkisofs xorrisofs", understand_genisoimage},
    {"xorriso", "xorriso", understand_xorriso},
};

/// "python3.11" is python3, "gem3.1" is gem.
bool is_version_of(std::string_view name, std::string_view program) {
  if (!name.starts_with(program)) return false;
  return name.find_first_not_of("0123456789.", program.size()) == std::string_view::npos;
}

}  // namespace

std::span<const Creator> all_creators() { return kCreators; }

const Creator* creator_named(std::string_view name) {
  const auto found = std::ranges::find(kCreators, name, &Creator::name);
  return found == std::end(kCreators) ? nullptr : &*found;
}

std::vector<std::string> programs_of(const Creator& creator) {
  std::vector<std::string> names;
  for (std::string_view rest = creator.programs; !rest.empty();) {
    names.emplace_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(names.back().size() + 1, rest.size()));
  }
  return names;
}

const Creator* creator_of(std::string_view program) {
  const std::string name = program_name(program);
  for (const Creator& creator : kCreators)
    for (const std::string& each : programs_of(creator))
      if (is_version_of(name, each)) return &creator;
  return nullptr;
}

}  // namespace normalize::wrap
