#pragma once

#include <span>
#include <string>
#include <string_view>

/// What --help and --version print, but for the options, which know themselves.
namespace normalize {

/// One command, in a line of `normalize --help`.
struct CommandSummary {
  std::string_view name, arguments, summary;
};
/// All of them, in the order to tell them in.
std::span<const CommandSummary> all_commands();

/// `normalize --help`: the commands.
std::string overall_help();
/// `normalize --help=man`: the same as a page of the manual, mdoc(7).
std::string overall_manual();
/// What each command's --help ends with: the exit status and the limits.
std::string help_footer();
/// `normalize --version`: the program, the canon, the libraries.
std::string version_text();

/// An option's lines in --help: `names` with their value, and `text`, in 80 columns.
std::string option_help(const std::string& names, std::string_view text);

}  // namespace normalize
