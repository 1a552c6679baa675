#pragma once

#include "normalizers/package/package.h"

/// A function for each kind: null where the archive is of another. The arguments outlive what comes
/// back.
namespace normalize::package {

std::unique_ptr<Package> open_alpine_control(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_alpine_data(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_conda(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_freebsd(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_gem(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_netbsd(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_openbsd(const tar::Archive& archive, Context& context);
std::unique_ptr<Package> open_pacman(const tar::Archive& archive, Context& context);

}  // namespace normalize::package
