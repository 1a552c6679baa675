#include "driver/pack/output_file.h"

#include <algorithm>
#include <cstdio>

#include "driver/tree/flush.h"
#include "driver/tree/folder_names.h"
#include "driver/tree/open.h"
#include "driver/tree/paths.h"
#include "driver/tree/temporary_name.h"

namespace normalize {
namespace {

/// What runs that were killed have left where this one writes: unfinished packages. What cannot be
/// removed is no concern of this run.
void remove_leftovers(const Descriptor& folder) {
  try {
    const Descriptor readable = open_at(folder.get(), ".", O_RDONLY | O_DIRECTORY);
    if (!readable) return;
    for (const FolderName& name : names_in(readable))
      if (is_temporary_name(name.text)) remove_leftover(folder.get(), name.text);
  } catch (const std::system_error&) {
    return;
  }
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : path_(path), name_(path.substr(path.rfind('/') + 1)) {
  const std::string folder = path.substr(0, path.size() - name_.size());
  folder_ = open_path(folder.empty() ? "." : folder, kPassThrough);
  if (!folder_) throw_errno(path_);
  remove_leftovers(folder_);
  try {
    TemporaryFile made = create_temporary(folder_.get(), 0666);
    file_ = std::move(made.file);
    temporary_ = std::move(made.name);
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), path_ + ": cannot create a file beside it");
  }
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) remove_temporary(folder_.get(), temporary_, file_);
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
  try {
    flush_before_rename(file_.get());
  } catch (const std::system_error& error) {
    throw std::system_error(error.code(), path_ + ": cannot write");
  }
  if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str()) != 0)
    throw_errno(path_ + ": cannot replace");
  temporary_.clear();
}

}  // namespace normalize
