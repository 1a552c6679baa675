#pragma once

#include <string>
#include <string_view>

#include "normalizers/bytes/content.h"

namespace normalize::package {

/// Whether `sum` says that there is none.
bool is_no_sum(std::string_view sum);

/// The sum of `content` by the algorithm and in the form of `sum`, as FreeBSD's libpkg writes them
/// (pkg_checksum.c): a number, "$" and the digest, or a SHA-256 alone. Throws FormatError where it
/// is of a kind that is unknown.
std::string sum_like(std::string_view sum, const Content& content);

}  // namespace normalize::package
