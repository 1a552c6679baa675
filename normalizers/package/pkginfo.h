#pragma once

#include <functional>

#include "normalizers/context.h"

namespace normalize::package {

/// The value in a line "key = value", without the end of the line; unset for other lines.
std::optional<std::string_view> pkginfo_value(std::string_view line, std::string_view key);

/// What one kind of package does with a line; unset where that is nothing.
using OwnLine = std::function<std::optional<std::string>(std::string_view line)>;

/// .PKGINFO of pacman and of Alpine, or .BUILDINFO, in its normal form: builddate is lowered to the
/// epoch, size follows by `size_change` what the files of the package lose or gain, and comments
/// go that tell the version of fakeroot, and under `strict` of the packager. Records what changed,
/// as findings about `member`, but for what `own_line` does, which comes first.
Content update_pkginfo(std::string_view text, std::int64_t size_change, Context& context,
                       std::string_view member, const OwnLine& own_line);

}  // namespace normalize::package
