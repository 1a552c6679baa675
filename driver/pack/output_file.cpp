#include "driver/pack/output_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "driver/tree/flush.h"
#include "driver/tree/temporary_name.h"

namespace normalize {

OutputFile::OutputFile(const std::string& path) : path_(path) {
  temporary_ = path.substr(0, path.rfind('/') + 1) + make_temporary_name();
  file_ = Descriptor(
      ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file_) {
    temporary_.clear();
    throw_errno(path_ + ": cannot create a file beside it");
  }
  // What nobody holds, the next run over that folder takes for a leftover.
  static_cast<void>(::flock(file_.get(), LOCK_EX | LOCK_NB));
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(ByteView bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw_errno(path_ + ": cannot write");
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void OutputFile::commit() {
  flush_before_rename(file_.get());
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_errno(path_ + ": cannot replace");
  temporary_.clear();
}

}  // namespace normalize
