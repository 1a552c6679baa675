#include "driver/tree/tree.h"

#include <fcntl.h>

#include <algorithm>

namespace normalize {
namespace {

constexpr const char* kStep = "cannot open the folder";
constexpr int kReadFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

Identity identity_of_open(const Descriptor& folder) {
  struct stat status {};
  if (::fstat(folder.get(), &status) != 0) throw_errno(kStep);
  return identity_of(status);
}

void expect_identity(const Descriptor& folder, const Identity& expected) {
  if (identity_of_open(folder) != expected)
    throw std::runtime_error("another folder has taken its folder's place");
}

}  // namespace

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty() && path.back() != '/') path += '/';
  return path.append(name);
}

std::string_view Folder::below_root_of(std::string_view full_path) const {
  full_path.remove_prefix(below_root);
  full_path.remove_prefix(std::min(full_path.find_first_not_of('/'), full_path.size()));
  return full_path;
}

std::string Folder::path_of(std::string_view name) const { return join_path(path, name); }

Descriptor Tree::open_unseen(const Folder& folder) const {
  const Root& root = roots[folder.root];
  Descriptor reopened;
  if (!root.held) {
    reopened = open_given(root.path, kPassThrough);
    if (!reopened) throw_errno(kStep);
    expect_identity(reopened, root.identity);
  }
  Descriptor opened = open_below((root.held ? root.held : reopened).get(),
                                 folder.below_root_of(folder.path), kReadFolder);
  if (!opened) throw_errno(kStep);
  return opened;
}

Descriptor Tree::open(const Folder& folder) const {
  Descriptor opened = open_unseen(folder);
  expect_identity(opened, folder.identity);
  return opened;
}

}  // namespace normalize
