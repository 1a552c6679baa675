#pragma once

#include "driver/options/commands.h"

/// What the program can be told to do. Each returns the exit status, and throws UsageError or
/// std::system_error before it has touched a file, or where standard output cannot be written.
namespace normalize {

/// `apply`, `check` and `perturb` of files and trees.
int run_on_paths(const Options& options);

/// The same of standard input, to standard output: --type. Of a file, to another: `perturb -o`.
int run_as_filter(const Options& options);

/// `explain`: one file's format, content and findings. Changes nothing.
int explain_file(const Options& options);

/// Of which rules it is told whether they apply: of those that nearly do, or of all.
enum class RulesTold { near, all };
/// The first part of what it prints: the file's format, rules and content. Throws UsageError where
/// it is no regular file.
std::string describe_file(const std::string& path, const Rules& rules,
                          RulesTold told = RulesTold::near);

/// `list`
int list_formats(const Options& options);

}  // namespace normalize
