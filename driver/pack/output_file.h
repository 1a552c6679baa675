#pragma once

#include <string>

#include "driver/tree/descriptor.h"
#include "normalizers/bytes/bytes.h"

namespace normalize {

/// A file that is there whole or not at all: written beside its place under a temporary name, which
/// goes with the object unless it is committed.
class OutputFile {
 public:
  /// Removes what runs that were killed have left in that folder. Throws std::system_error where a
  /// file cannot be made in it.
  explicit OutputFile(const std::string& path);
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  void write(ByteView bytes);
  std::uint64_t size() const { return size_; }
  int descriptor() const { return file_.get(); }
  /// Puts it in place of whatever file is there, with the mode that the umask leaves.
  void commit();

 private:
  std::string path_, name_;
  std::string temporary_;  // empty once it is in place
  Descriptor folder_, file_;
  std::uint64_t size_ = 0;
};

}  // namespace normalize
