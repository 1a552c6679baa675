#include "driver/tree/leftovers.h"

#include "driver/tree/temporary_name.h"

namespace normalize {
namespace {

std::uint64_t remove_from(Folder& folder, Tree& tree, WritableFolders& writable) {
  const Descriptor opened = tree.open(folder);
  const WritableFolders::Hold hold = writable.hold(folder, opened);
  std::uint64_t removed = 0;
  for (const std::string& name : folder.leftovers) {
    try {
      removed += remove_leftover(opened.get(), name);
    } catch (const std::system_error& error) {
      tree.failures.push_back({folder.path_of(name), error.what()});
    }
  }
  if (removed > 0) folder.touched = true;
  return removed;
}

}  // namespace

std::uint64_t remove_leftovers(Tree& tree, WritableFolders& writable) {
  std::uint64_t removed = 0;
  for (Folder& folder : tree.folders) {
    if (folder.leftovers.empty()) continue;
    try {
      removed += remove_from(folder, tree, writable);
    } catch (const std::exception& error) {
      tree.failures.push_back({folder.path, error.what()});
    }
  }
  return removed;
}

}  // namespace normalize
