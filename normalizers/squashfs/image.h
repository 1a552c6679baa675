#pragma once

#include <string>
#include <vector>

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/squashfs/blocks.h"

/// Where the parts of a SquashFS 4.0 image stand, as fs/squashfs/squashfs_fs.h of Linux has it.
namespace normalize::squashfs {

inline constexpr std::size_t kSuperBytes = 96;
inline constexpr std::uint64_t kNone = ~std::uint64_t{0};  // where a table would begin that is not

/// The superblock, field by field.
struct Superblock {
  std::uint32_t inodes, mkfs_time, block_size, fragments;
  Compression compression;
  std::uint16_t block_log, flags, ids, major, minor;
  std::uint64_t root_inode, bytes_used, id_table, xattr_id_table, inode_table, directory_table,
      fragment_table, lookup_table;

  bool packs_inodes() const { return (flags & 0x1) == 0; }
  bool packs_ids() const { return (flags & 0x800) == 0; }
};

Superblock read_superblock(ByteView image);
/// "packed by lzo": why its tables cannot be unpacked; empty where they can.
std::string reason_not_to_read(const Superblock& superblock);
void write_superblock(Writer& out, const Superblock& superblock);

/// A table behind the directories: metadata blocks, and an index of where they begin.
struct Region {
  std::uint64_t Superblock::*place;  // where the superblock says that its index is
  std::uint64_t start, index, end;
  std::size_t blocks;
};

/// The bytes from `start` to `end`, which are in the image and in order.
inline ByteView part(ByteView image, std::uint64_t start, std::uint64_t end) {
  return image.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start));
}

/// The tables behind the directories in the order in which they stand. Throws FormatError where
/// they do not follow one another from behind the directories to bytes_used.
std::vector<Region> read_regions(ByteView image, const Superblock& superblock);

}  // namespace normalize::squashfs
