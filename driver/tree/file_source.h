#pragma once

#include <sys/stat.h>

#include <array>
#include <deque>
#include <memory>
#include <stdexcept>

#include "driver/tree/descriptor.h"
#include "normalizers/bytes/buffer.h"
#include "normalizers/source.h"

namespace normalize {

/// Somebody else is writing what we read.
class ChangedMeanwhile : public std::runtime_error {
 public:
  ChangedMeanwhile() : std::runtime_error("changed while it was read") {}
};

/// A file of the tree, read by pread(2) as far as somebody asks and never mapped: a map of a file
/// that another process cuts short ends the program, and one that it writes to changes under the
/// eyes of who reads it. A large file is copied to storage instead.
class FileSource final : public Source {
 public:
  /// `size` is what fstat(2) said. The descriptor stays the caller's.
  FileSource(int fd, std::uint64_t size) : fd_(fd), size_(size) {}

  std::uint64_t size() override { return size_; }
  ByteView head() override;
  ByteView tail(std::size_t count) override;
  /// Throws ChangedMeanwhile where the file has become shorter.
  ByteView all() override;

  /// As many bytes as there are at `offset`, up to `count`. Throws std::system_error.
  std::size_t read(std::byte* out, std::size_t count, std::uint64_t offset) const;

 private:
  const int fd_;
  const std::uint64_t size_;
  bool head_read_ = false;
  std::size_t head_bytes_ = 0;
  std::array<std::byte, kHeadBytes> head_;  // filled by head()
  std::deque<Bytes> tails_;
  Buffer all_;
  bool all_read_ = false;
};

}  // namespace normalize
