#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace normalize::package {

/// One line of +CONTENTS: "bin/a", or "@keyword value".
struct ListItem {
  std::string_view line;     // its end included
  std::string_view keyword;  // without "@"; empty for a name
  std::string_view value;
  std::string_view about;  // what @sha and its like describe: the value of a line above
};

/// Reads the packing list of a package of OpenBSD, NetBSD or FreeBSD's old pkg_install.
class ListReader {
 public:
  explicit ListReader(std::string_view list) : left_(list) {}
  /// Unset at the end.
  std::optional<ListItem> next();

 private:
  std::string_view left_, about_;
};

/// A number of digits and nothing else. Throws FormatError where it is none, or too large.
std::int64_t list_number(const ListItem& item);

}  // namespace normalize::package
