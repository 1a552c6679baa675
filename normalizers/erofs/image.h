#pragma once

#include <string>
#include <vector>

#include "normalizers/bytes/reader.h"

/// What an EROFS image says of its files, as fs/erofs/erofs_fs.h of Linux 6.1 lays it out.
namespace normalize::erofs {

inline constexpr std::size_t kSuperOffset = 1024, kSuperBytes = 128;
inline constexpr std::uint32_t kMagic = 0xe0f5'e1e2;
inline constexpr std::uint32_t kChecksummed = 1;  // feature_compat: EROFS_FEATURE_COMPAT_SB_CHKSUM

struct Superblock {
  std::uint32_t checksum = 0, feature_compat = 0, feature_incompat = 0;
  unsigned block_bits = 0;  // blkszbits
  std::uint8_t directory_block_bits = 0;
  std::uint64_t root = 0, packed = 0;  // nids; packed is 0 where there is no such inode
  std::uint64_t inodes_start = 0;      // of meta_blkaddr, in bytes
  std::size_t end = 0;                 // of the superblock with its extension slots

  std::size_t block_bytes() const { return std::size_t{1} << block_bits; }
};

/// Throws FormatError.
Superblock read_superblock(ByteView image);

/// Whether the four bytes behind 1024 are the magic.
bool starts_superblock(ByteView head);

/// Every inode that a directory leads to, once, and the one that holds packed fragments. Those of a
/// directory stand one behind the other.
class Tree {
 public:
  struct Inode {
    std::size_t offset;
    bool extended;       // 64 bytes, not 32
    std::size_t parent;  // index of the directory that names it first; its own for a root
    std::string_view name;
  };

  /// Throws FormatError, also where parts overlap.
  Tree(ByteView image, const Superblock& superblock);

  const std::vector<Inode>& inodes() const { return inodes_; }
  /// "usr/bin/a", cut at the front where it is longer than a path can be.
  std::string path(const Inode& inode) const;

 private:
  struct Extent {
    std::uint64_t start, end;
  };

  void add(std::uint64_t nid, std::size_t parent, std::string_view name);
  void read_directory(std::size_t index);
  void read_entries(ByteView block, std::size_t offset, std::size_t directory);
  ByteView take(std::uint64_t offset, std::uint64_t count, std::string_view what);
  void refuse_overlaps();

  ByteView image_;
  const Superblock& superblock_;
  std::vector<bool> seen_;  // by slots of 32 bytes
  std::vector<Inode> inodes_;
  std::vector<Extent> extents_;
  std::uint64_t directory_bytes_ = 0;
};

}  // namespace normalize::erofs
