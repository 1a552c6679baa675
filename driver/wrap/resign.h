#pragma once

#include <string>

namespace normalize::wrap {

/// Has `command`, a line of sh(1), sign the package that stands at `path` for now. In the line, {}
/// and {in} stand for that path, and {out} for a file that takes its place where the command
/// writes one. Throws WrapError where the command fails; `package` is what messages call it.
void resign_package(const std::string& command, const std::string& path,
                    const std::string& package);

}  // namespace normalize::wrap
