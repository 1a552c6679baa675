#pragma once

#include <string>
#include <string_view>

/// What --help and --version print, but for the options, which know themselves.
namespace normalize {

/// `normalize --help`: the commands.
std::string overall_help();
/// What each command's --help ends with: the exit status and the limits.
std::string help_footer();
/// `normalize --version`: the program, the canon, the libraries.
std::string version_text();

/// An option's lines in --help: `names` with their value, and `text`, in 80 columns.
std::string option_help(const std::string& names, std::string_view text);

}  // namespace normalize
