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
    Descriptor copy(::fcntl(opened.get(), F_DUPFD_CLOEXEC, 0));
    if (!copy) return {};
    const auto entry = changed.emplace(folder.identity, Changed{1, mode, std::move(copy)}).first;
    const mode_t more = mode | S_IWUSR | S_IXUSR;
    if (uninterrupted([&] { return ::fchmod(opened.get(), more); }) == 0)
      return Hold(*this, folder);
    changed.erase(entry);
    return {};
  });
}

void WritableFolders::release(const Folder& folder) noexcept {
  changed_.with([&](auto& changed) {
    const auto found = changed.find(folder.identity);
    if (--found->second.holds > 0) return;
    const Changed last = std::move(found->second);
    changed.erase(found);
    if (uninterrupted([&] { return ::fchmod(last.folder.get(), last.mode); }) != 0)
      failures_.with([&](auto& failures) {
        failures.push_back({folder.path, "cannot make it read-only again: " +
                                             std::generic_category().message(errno)});
      });
  });
}

std::vector<Tree::Failure> WritableFolders::failures() {
  return failures_.with([](auto& failures) { return std::exchange(failures, {}); });
}

}  // namespace normalize
