#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The programs that ours can stand in for: their command lines, their exit status, their words.
namespace normalize {

/// How one of them is run: the name it was called by, and its arguments. Returns its exit status.
using CompatProgram = int (*)(const std::string& name, const std::vector<std::string>& arguments);

/// The last component of the path that a program is called by.
std::string program_name(std::string_view path);

/// The program of that name; null where there is none.
CompatProgram compat_program(std::string_view path);

/// `compat`: the program's name, then its arguments. Throws UsageError.
int run_compat(const std::vector<std::string>& words);

int run_strip_nondeterminism(const std::string& name, const std::vector<std::string>& arguments);
int run_add_det(const std::string& name, const std::vector<std::string>& arguments);
int run_linkdupes(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace normalize
