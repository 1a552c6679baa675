#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/bytes.h"

/// What tests of packages share.
namespace normalize::test {

/// The files that the lists of a package tell of, a line each, once a program that shares nothing
/// with ours has found the lists true; empty where it does not. `kind`: openbsd, freebsd, netbsd.
std::string listed_truly(std::string_view kind, const Bytes& package);

/// The text of a member, as tar(1) unpacks it.
std::string member_text(const Bytes& package, std::string_view member);

/// `package` with one text, which it holds, in the place of another as long.
Bytes with(Bytes package, std::string_view before, std::string_view after);

/// That normalizing says `why` the package is damaged, and leaves it as it is.
void check_stays(const Bytes& package, std::string_view why);

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// One member of a gzip file, taken apart by zlib.
struct GzipMember {
  Bytes packed;  // the deflate stream
  std::string payload;
};
std::vector<GzipMember> gzip_members(const Bytes& file);

}  // namespace normalize::test
