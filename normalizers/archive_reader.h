#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "normalizers/bytes/content.h"

namespace normalize {

/// libarchive, a reader that shares no code with ours, over a Content.
class ArchiveReader {
 public:
  /// libarchive could not read on: what it said. Where it ran out of memory, all that reads throws
  /// std::bad_alloc instead.
  class Unreadable : public std::runtime_error {
   public:
    using std::runtime_error::runtime_error;
  };

  /// Opens `content`, which outlives this; `support` says which formats and filters are tried.
  /// Throws Unreadable.
  ArchiveReader(const Content& content, const std::function<void(archive*)>& support);
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  /// The next entry, good until the call after; null at the end. Throws Unreadable.
  archive_entry* next();
  /// Calls `use` with the data of that entry in runs, and where each lies. Throws Unreadable.
  void read_data(const std::function<void(ByteView bytes, std::uint64_t offset)>& use);

  /// As raw bytes where libarchive has them.
  static std::string name_of(archive_entry* entry);

 private:
  /// A Content as libarchive reads it: from front to back, and from anywhere.
  class Input {
   public:
    explicit Input(const Content& content);
    ByteView next();
    std::int64_t skip(std::int64_t count);
    std::int64_t seek(std::int64_t offset, int whence);

   private:
    std::vector<ByteView> pieces_;
    std::vector<std::int64_t> starts_;
    std::int64_t size_ = 0, position_ = 0;
  };
  struct FreeReader {
    void operator()(archive* a) const noexcept { archive_read_free(a); }
  };

  [[noreturn]] void fail() const;

  Input input_;
  std::unique_ptr<archive, FreeReader> reader_;  // last: it uses the input
};

}  // namespace normalize
