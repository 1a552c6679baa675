#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "driver/tree/normal_file.h"

namespace normalize {

/// A run of bytes that are not all zero.
struct Extent {
  std::uint64_t offset = 0, size = 0;
};

/// What of a file has to be stored where holes need not be: all but blocks of zeros. Depends on its
/// bytes, not on how a file system keeps them. Reads the file.
std::vector<Extent> extents_of(NormalFile& file);

/// The map in front of the data of a sparse member, padded to a block (GNU tar's manual, "Sparse
/// Formats", PAX 1.0).
std::string sparse_map(const std::vector<Extent>& extents, std::uint64_t file_size);

/// How many bytes all extents have.
std::uint64_t stored_bytes(const std::vector<Extent>& extents);

/// Hands on what of a file's bytes is in extents, as they come from front to back.
class ExtentFilter {
 public:
  explicit ExtentFilter(const std::vector<Extent>& extents) : extents_(extents) {}

  template <typename Use>
  void add(ByteView part, const Use& use) {
    const std::uint64_t end = at_ + part.size();
    for (; next_ < extents_.size(); ++next_) {
      const Extent& extent = extents_[next_];
      const std::uint64_t from = std::max(at_, extent.offset);
      const std::uint64_t to = std::min(end, extent.offset + extent.size);
      if (from < to)
        use(part.subspan(static_cast<std::size_t>(from - at_),
                         static_cast<std::size_t>(to - from)));
      if (extent.offset + extent.size > end) break;
    }
    at_ = end;
  }

 private:
  const std::vector<Extent>& extents_;
  std::size_t next_ = 0;
  std::uint64_t at_ = 0;
};

}  // namespace normalize
