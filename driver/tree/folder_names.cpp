#include "driver/tree/folder_names.h"

#include <dirent.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace normalize {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

}  // namespace

std::vector<FolderName> names_in(const Descriptor& folder) {
  // A descriptor of its own, since closedir(3) closes what it is given.
  Descriptor copy(::fcntl(folder.get(), F_DUPFD_CLOEXEC, 0));
  std::unique_ptr<DIR, CloseFolder> stream(copy ? ::fdopendir(copy.get()) : nullptr);
  if (!stream) throw_errno("cannot read the folder");
  static_cast<void>(copy.release());
  std::vector<FolderName> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (!entry) break;
    const std::string_view text = entry->d_name;
    if (text != "." && text != "..") names.push_back({std::string(text), entry->d_type});
  }
  if (errno != 0) throw_errno("cannot read the folder");
  std::ranges::sort(names, {}, &FolderName::text);
  return names;
}

}  // namespace normalize
