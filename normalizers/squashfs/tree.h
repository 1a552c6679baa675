#pragma once

#include <string>
#include <vector>

#include "normalizers/squashfs/image.h"

namespace normalize::squashfs {

/// inode_type; those of extended inodes are greater by kExtended.
enum Type : std::uint16_t { directory = 1, file, symlink, block_device, char_device, fifo, socket };
inline constexpr std::uint16_t kExtended = 7;
inline constexpr std::uint32_t kNoFragment = 0xffff'ffff;  // SQUASHFS_INVALID_FRAG

/// The type bits of a mode, S_IFMT, which an inode has not.
std::uint32_t type_bits(std::uint16_t type);

/// A number of 32 bits within an unpacked table that says where a block of another begins.
struct Reference {
  std::size_t offset;
  std::size_t block;
};

/// What the tables of inodes and directories say of each other.
class Tree {
 public:
  struct Inode {
    std::size_t offset;  // in the unpacked table
    std::uint16_t type;
  };

  /// Reads every inode and every directory once, from front to back. The tables outlive the tree.
  /// Throws FormatError.
  Tree(const Superblock& superblock, const Table& inodes, const Table& directories);

  const std::vector<Inode>& inodes() const { return found_; }
  /// In the table of inodes, of blocks of directories; in order.
  const std::vector<Reference>& to_directories() const { return to_directories_; }
  /// In the table of directories, of blocks of inodes; in order.
  const std::vector<Reference>& to_inodes() const { return to_inodes_; }
  /// "usr/bin/a", cut at the front where it is longer than a path can be.
  std::string path(std::size_t inode_offset) const;

  struct Name {
    std::size_t inode, parent;  // offsets of inodes; the parent is a directory
    std::string_view name;
  };
  /// All names of all inodes but the root, by inode.
  const std::vector<Name>& names() const { return names_; }

 private:
  struct Listing {
    std::size_t start, size, inode;
  };

  void read_inode(Reader& in, const Superblock& superblock);
  void read_directory_inode(Reader& in, std::size_t inode);
  void read_large_directory_inode(Reader& in, std::size_t inode);
  void read_file_inode(Reader& in, bool large, const Superblock& superblock);
  std::size_t refer_to_directory(std::size_t offset, std::uint32_t start);
  void add_listing(std::size_t block, std::uint16_t offset, std::uint64_t size, std::size_t inode);
  void read_listings();
  void read_listing(const Listing& listing);

  const Table& inodes_;
  const Table& directories_;
  std::vector<Inode> found_;
  std::vector<Listing> listings_;
  std::vector<Reference> to_directories_, to_inodes_;
  std::vector<Name> names_;  // by inode
};

}  // namespace normalize::squashfs
