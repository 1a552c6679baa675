#include "driver/store/durable_file.h"

#include <fcntl.h>

#include <cstdio>

#include "driver/tree/temporary_name.h"

namespace normalize::store {

DurableFile::DurableFile(const Descriptor& folder)
    : folder_(folder), temporary_(make_temporary_name()) {
  file_ = open_at(folder_.get(), temporary_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0666);
  if (file_) return;
  temporary_.clear();
  throw_errno("cannot create a file in the store");
}

DurableFile::~DurableFile() {
  if (!temporary_.empty()) remove_temporary(folder_.get(), temporary_, file_);
}

void DurableFile::write(ByteView bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw_errno("cannot write to the store");
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void DurableFile::commit(const std::string& name) {
  if (uninterrupted([&] { return ::fsync(file_.get()); }) != 0)
    throw_errno("cannot write to the store");
  if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), name.c_str()) != 0)
    throw_errno("cannot put a file into the store");
  temporary_.clear();
  flush_folder(folder_);
}

void flush_folder(const Descriptor& folder) {
  // Some file systems know no flush of a folder: their names are as durable as they can be.
  if (uninterrupted([&] { return ::fsync(folder.get()); }) != 0 && errno != EINVAL &&
      errno != ENOTSUP)
    throw_errno("cannot write to the store");
}

}  // namespace normalize::store
