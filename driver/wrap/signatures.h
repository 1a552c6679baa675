#pragma once

#include <string>
#include <vector>

#include "driver/report/report.h"

namespace normalize::wrap {

/// The package that a file is the signature of, going by their names: "a.rpm" for "a.rpm.sig";
/// empty where it is none's.
std::string signed_package(const std::string& path);

/// Whether a remark on `member` is about a package as a whole: on itself, or on the one member of
/// what it is packed with.
bool is_about_the_package(const FileReport& package, const std::string& member);

/// Whether what is told of a package says that it is signed as a whole. Members have signatures of
/// their own, which are nobody's business here.
bool is_said_to_be_signed(const FileReport& package);

/// The names of the fields that would change beside signatures, each once.
std::vector<std::string> fields_beside_signatures(const FileReport& package);

}  // namespace normalize::wrap
