#pragma once

#include <functional>

#include "driver/tree/normal_content.h"

namespace normalize {

/// One file of a tree with the bytes that `apply` would leave in it. What no format claims is read
/// part by part, however large it is.
class NormalFile {
 public:
  /// Opens the file `entry` of the open `folder`, which the reports know as `path`. What it is
  /// given outlives it. Throws std::system_error, or ChangedMeanwhile.
  NormalFile(const Descriptor& folder, const Entry& entry, std::string path, const Rules& rules,
             const DiskNeighbours& neighbours, Services* services);
  NormalFile(const NormalFile&) = delete;
  NormalFile& operator=(const NormalFile&) = delete;

  int descriptor() const { return file_.get(); }
  const struct stat& status() const { return status_; }
  std::uint64_t size() const;
  /// What there is to say of it; the outcome is `failed` where its bytes cannot be trusted.
  const FileReport& report() const { return report_; }

  /// All its bytes, which stay good as long as this. Throws as FileSource::all() does.
  Content content();
  /// Those that it has on disk, likewise.
  Content as_it_is() { return Content::view(source_.all()); }

  /// Calls `use` with its bytes from front to back, each of them once. Throws ChangedMeanwhile
  /// where the file is no longer what it was, which only the end can tell.
  void read(const std::function<void(ByteView part)>& use);

 private:
  void read_as_it_is(const std::function<void(ByteView part)>& use);
  void expect_unchanged() const;

  struct stat status_ {};
  const Descriptor file_;
  FileSource source_;
  FileReport report_;
  std::optional<Content> content_;  // unset where the file's own bytes are normal
};

}  // namespace normalize
