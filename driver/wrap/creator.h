#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "driver/wrap/call.h"

/// The programs that write packages, and how each is called.
namespace normalize::wrap {

/// A command line of a creator.
struct Command {
  std::string program;                 // what runs, as exec(2) takes it
  std::vector<std::string> arguments;  // behind the program's name
};

struct Creator {
  /// What --as calls it.
  std::string_view name;
  /// The program's names, parted by blanks; a version may follow: python3.11.
  std::string_view programs;
  /// What a command line means. May ask the program itself where its packages go.
  Call (*understand)(const Command& command);
  /// Whether `shim` makes links by these names without being told: not for interpreters.
  bool is_linked = true;
};

/// Every creator; of two with a program of one name the first tells which it is.
std::span<const Creator> all_creators();
/// By --as; null where there is none.
const Creator* creator_named(std::string_view name);
/// By the last component of the path that a program is called by; null where it is none.
const Creator* creator_of(std::string_view program);
/// The names that it is called by.
std::vector<std::string> programs_of(const Creator& creator);

// One file a family. What is not to be found on the command line is found as the creator does it.

Call understand_pkg_create(const Command& command);  // of OpenBSD or of NetBSD
Call understand_openbsd(const Command& command);
Call understand_netbsd(const Command& command);
Call understand_freebsd(const Command& command);

Call understand_dpkg_deb(const Command& command);
Call understand_dpkg_buildpackage(const Command& command);
Call understand_opkg_build(const Command& command);

Call understand_rpmbuild(const Command& command);
Call understand_makepkg(const Command& command);
Call understand_abuild(const Command& command);
Call understand_apk(const Command& command);

Call understand_npm(const Command& command);
Call understand_gem(const Command& command);
Call understand_cargo(const Command& command);
Call understand_python(const Command& command);
Call understand_pip(const Command& command);
Call understand_pyproject_build(const Command& command);

Call understand_tar(const Command& command);
Call understand_zip(const Command& command);
Call understand_jar(const Command& command);

Call understand_mksquashfs(const Command& command);
Call understand_genisoimage(const Command& command);
Call understand_xorriso(const Command& command);

}  // namespace normalize::wrap
