#pragma once

#include <string>

#include "normalizers/rpm/package.h"

namespace normalize::rpm {

/// A tag of the header by its name in rpm, without prefix: "BUILDHOST"; "tag 4711" for one that we
/// do not know.
std::string tag_name(std::uint32_t tag);
/// The same for the signature header: "SIGMD5".
std::string signature_tag_name(std::uint32_t tag);

/// Both headers as lines for people, a value each: "BUILDHOST: host", "FILEFLAGS[x.conf]: 17",
/// without sums and sizes, which follow from the rest. Throws FormatError where a value cannot be
/// read, LimitError where there is more than 64 MB to be said.
std::string describe(const Package& package);

}  // namespace normalize::rpm
