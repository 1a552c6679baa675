#pragma once

#include <string>
#include <vector>

#include "normalizers/squashfs/tree.h"

namespace normalize::squashfs {

struct Attribute {
  std::string name;  // with its namespace: "user.a"
  Bytes value;
};

/// A name in an image, and what its inode says.
struct File {
  std::string path;        // "usr/bin/a"; empty for the root
  std::size_t inode = 0;   // its offset: names of one inode are hard links
  std::uint32_t mode = 0;  // with the bits of its type
  std::uint32_t uid = 0, gid = 0;
  std::uint32_t mtime = 0;   // seconds since 1970-01-01 UTC
  std::uint64_t size = 0;    // of a file's data, in bytes
  std::string target;        // of a symbolic link
  std::uint32_t device = 0;  // as Linux packs major and minor into 32 bits
  std::vector<Attribute> attributes;
};

/// The names, attributes and data in a SquashFS 4.0 image, as fs/squashfs/squashfs_fs.h of Linux
/// has them.
class Files {
 public:
  /// Reads the tables. `image` outlives this. Throws FormatError, and what `spend` throws, which is
  /// told of all that is unpacked, now and later.
  Files(ByteView image, const Spend& spend);

  /// All names, sorted by path. Throws likewise.
  std::vector<File> list() const;
  /// The data of the file whose inode is at `inode`, in stretches from front to back. Throws
  /// likewise.
  void read(std::size_t inode, const std::function<void(ByteView)>& use);

 private:
  static constexpr std::uint32_t kNoAttributes = 0xffff'ffff;  // SQUASHFS_INVALID_XATTR

  struct Extent {  // where a file's data are
    std::uint64_t start = 0, size = 0;
    std::uint32_t fragment = kNoFragment, offset = 0;
    ByteView blocks;  // a number of 32 bits for each
  };
  struct Inode {
    File file;
    Extent extent;
    std::uint32_t attributes = kNoAttributes;
  };

  Table read_table(std::uint64_t start, std::uint64_t end);
  Table read_entries(std::uint64_t Superblock::*place);
  void read_attribute_tables(const Region& region);
  Inode read_inode(std::size_t offset) const;
  void read_extent(Reader& in, bool extended, Inode& inode) const;
  std::uint32_t owner(std::uint16_t index) const;
  std::vector<Attribute> attributes(std::uint32_t index) const;
  Reader value_at(std::uint64_t reference) const;
  Bytes unpack(std::uint64_t start, std::uint32_t size) const;
  const Bytes& fragment(std::uint32_t number);

  const ByteView image_;
  const Spend spend_;
  const Superblock superblock_;
  BlockCodec codec_;
  const std::vector<Region> regions_;
  const Table inodes_, directories_;
  const Tree tree_;
  const Table owners_, fragments_;
  Table attribute_ids_, attributes_;  // of struct squashfs_xattr_id, and names with values
  std::uint32_t last_fragment_ = kNoFragment;
  Bytes last_fragment_data_;
};

}  // namespace normalize::squashfs
