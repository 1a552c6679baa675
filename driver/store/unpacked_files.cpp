#include "driver/store/unpacked_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "driver/tree/disk_time.h"

namespace normalize::store {

UnpackedFiles::UnpackedFiles(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) throw_errno(folder);
  folder_ = open_at(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!folder_) throw_errno(folder);
}

std::string UnpackedFiles::file_of(const BuildName& name, Form form) {
  const NormalName& to = name_in(name, form);
  std::string text = bytes_in(name, form).digest.hex() + " " + std::to_string(to.mode) + " " +
                     std::to_string(to.uid) + " " + std::to_string(to.gid) + " " +
                     std::to_string(to.mtime.seconds) + "." + std::to_string(to.mtime.nanoseconds);
  for (const auto& [attribute, value] : name.attributes)
    text += " " + hexadecimal(as_bytes(attribute)) + ":" + hexadecimal(as_bytes(value));
  std::string hex = Digest::of(as_bytes(text)).hex();
  return hex.insert(2, "/");
}

bool UnpackedFiles::has(const BuildName& name, Form form) const {
  const std::string file = file_of(name, form);
  struct stat status {};
  if (::fstatat(folder_.get(), file.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return false;
  const bool is_whole = S_ISREG(status.st_mode) && mtime_of(status) == name_in(name, form).mtime &&
                        static_cast<std::uint64_t>(status.st_size) == bytes_in(name, form).size &&
                        (status.st_mode & 0222) == 0;
  if (!is_whole) ::unlinkat(folder_.get(), file.c_str(), 0);
  return is_whole;
}

void UnpackedFiles::take(const Descriptor& tree_folder, const BuildName& name, Form form) const {
  const std::string file = file_of(name, form);
  const std::string folder = file.substr(0, 2);
  if (::mkdirat(folder_.get(), folder.c_str(), 0777) != 0 && errno != EEXIST) throw_errno(folder);
  // Another restore may have been faster; then its file serves.
  std::string from = name.path.substr(name.path.rfind('/') + 1);
  if (::linkat(tree_folder.get(), from.c_str(), folder_.get(), file.c_str(), 0) != 0 &&
      errno != EEXIST && errno != EMLINK)
    throw_errno(name.path +
                ": cannot link it into the folder of unpacked files (--cache names one "
                "of the same file system)");
}

}  // namespace normalize::store
