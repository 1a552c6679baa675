#pragma once

#include <string>

#include "driver/tree/descriptor.h"
#include "normalizers/bytes/bytes.h"

namespace normalize::store {

/// A new file of a store: nobody sees it before commit(), and behind commit() not even a loss of
/// power takes it away. Gone if never committed. All functions throw std::system_error.
class DurableFile {
 public:
  /// `folder` outlives it.
  explicit DurableFile(const Descriptor& folder);
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;
  ~DurableFile();

  void write(ByteView bytes);
  std::uint64_t size() const { return size_; }
  /// Puts it in place under `name`, of whatever is there.
  void commit(const std::string& name);

 private:
  const Descriptor& folder_;
  std::string temporary_;  // empty once it is in place
  Descriptor file_;
  std::uint64_t size_ = 0;
};

/// Makes sure that names put into a folder, or taken from it, stay so.
void flush_folder(const Descriptor& folder);

}  // namespace normalize::store
