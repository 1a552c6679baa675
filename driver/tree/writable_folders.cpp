#include "driver/tree/writable_folders.h"

#include <fcntl.h>

namespace normalize {

WritableFolders::Hold WritableFolders::hold(const Folder& folder, const Descriptor& opened) {
  return changed_.with([&](auto& changed) -> Hold {
    // Decided under the lock: a folder that another worker made writable is about to lose that.
    if (const auto found = changed.find(folder.identity); found != changed.end()) {
      ++found->second.holds;
      return Hold(*this, folder);
    }
    if (::faccessat(opened.get(), ".", W_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES) return {};
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0 || status.st_uid != ::geteuid()) return {};
    const mode_t mode = status.st_mode & 07777;
    const auto entry = changed.emplace(folder.identity, Changed{1, mode}).first;
    if (::fchmod(opened.get(), mode | S_IWUSR | S_IXUSR) == 0) return Hold(*this, folder);
    changed.erase(entry);
    return {};
  });
}

void WritableFolders::release(const Folder& folder) noexcept {
  changed_.with([&](auto& changed) {
    const auto found = changed.find(folder.identity);
    if (--found->second.holds > 0) return;
    const mode_t mode = found->second.mode;
    changed.erase(found);
    try {
      ::fchmod(tree_.open(folder).get(), mode);
    } catch (const std::exception&) {
      // The folder has been moved away meanwhile: it is not ours to look for.
    }
  });
}

}  // namespace normalize
