#include "driver/tree/spelling.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "driver/tree/open.h"

namespace normalize {
namespace {

std::string in_lower_case(std::string text) {
  for (char& letter : text)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return text;
}

std::optional<Identity> identity_at(const Descriptor& folder, const std::string& name) {
  struct stat status {};
  if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return {};
  return identity_of(status);
}

}  // namespace

std::optional<std::string> spelling_in(const std::vector<FolderName>& names,
                                       const Descriptor& folder, const std::string& given) {
  if (std::ranges::binary_search(names, given, {}, &FolderName::text)) return given;
  const auto identity = identity_at(folder, given);
  if (!identity) return given;  // whoever opens it will say so
  // libfuse numbers files by the path, so that each spelling has a number of its own.
  for (const FolderName& name : names)
    if (in_lower_case(name.text) == in_lower_case(given)) return name.text;
  for (const FolderName& name : names)
    if (identity_at(folder, name.text) == identity) return name.text;
  return std::nullopt;
}

}  // namespace normalize
