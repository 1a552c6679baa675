#pragma once

#include "driver/store/build.h"
#include "driver/tree/descriptor.h"

namespace normalize::store {

/// Files of builds, unpacked once and for all, in a folder from which trees link them. A file is
/// named by all that it is: bytes, mode, owner, time and attributes; nobody may write to it.
class UnpackedFiles {
 public:
  /// Makes the folder where it is not there. Throws std::system_error.
  explicit UnpackedFiles(const std::string& folder);

  const Descriptor& folder() const { return folder_; }
  /// Where the file that `name` stands for is, or would be: "ab/cdef...".
  static std::string file_of(const BuildName& name, Form form);
  /// Whether it is there, and as large and as old as it was: what is not, is removed.
  bool has(const BuildName& name, Form form) const;
  /// Links the whole and settled file of that name, which stands in the open `tree_folder`, here.
  void take(const Descriptor& tree_folder, const BuildName& name, Form form) const;

 private:
  Descriptor folder_;
};

}  // namespace normalize::store
