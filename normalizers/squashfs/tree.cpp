#include "normalizers/squashfs/tree.h"

#include <array>

namespace normalize::squashfs {
namespace {

constexpr std::size_t kMostInPath = 4096;  // PATH_MAX
constexpr std::size_t kMostEntries = 256;  // SQUASHFS_DIR_COUNT
/// What file_size of a directory counts for "." and "..".
constexpr std::uint64_t kDots = 3;

}  // namespace

std::uint32_t type_bits(std::uint16_t type) {
  constexpr std::array<std::uint32_t, 8> kTypes{0,       0040000, 0100000, 0120000,
                                                0060000, 0020000, 0010000, 0140000};
  return kTypes.at(type > kExtended ? type - kExtended : type);
}

Tree::Tree(const Superblock& superblock, const Table& inodes, const Table& directories)
    : inodes_(inodes), directories_(directories) {
  Reader in(inodes.data);
  while (in.remaining() > 0) read_inode(in, superblock);
  if (found_.size() != superblock.inodes)
    in.fail("inodes is " + std::to_string(superblock.inodes) + ", the table holds " +
            std::to_string(found_.size()));
  read_listings();
}

void Tree::read_inode(Reader& in, const Superblock& superblock) {
  const std::size_t inode = in.offset();
  const auto type = in.little_endian<std::uint16_t>("inode_type");
  in.take(14, "mode to inode_number");
  const bool extended = type > kExtended;
  const std::size_t xattr_bytes = extended ? 4 : 0;
  found_.push_back({inode, type});
  switch (extended ? type - kExtended : type) {
    case directory:
      return extended ? read_large_directory_inode(in, inode) : read_directory_inode(in, inode);
    case file:
      return read_file_inode(in, extended, superblock);
    case symlink:
      in.take(4, "nlink");
      in.take(in.little_endian<std::uint32_t>("symlink_size"), "symlink");
      in.take(xattr_bytes, "xattr");
      return;
    case block_device:
    case char_device:
      in.take(8 + xattr_bytes, "nlink to xattr");
      return;
    case fifo:
    case socket:
      in.take(4 + xattr_bytes, "nlink to xattr");
      return;
    default:
      in.fail("inode_type is " + std::to_string(type));
  }
}

/// struct squashfs_reg_inode and squashfs_lreg_inode.
void Tree::read_file_inode(Reader& in, bool large, const Superblock& superblock) {
  in.take(large ? 8 : 4, "start_block");
  std::uint64_t size = large ? in.little_endian<std::uint64_t>("file_size") : 0;
  if (large) in.take(12, "sparse and nlink");
  const auto fragment = in.little_endian<std::uint32_t>("fragment");
  in.take(4, "offset");
  if (large)
    in.take(4, "xattr");
  else
    size = in.little_endian<std::uint32_t>("file_size");
  std::uint64_t blocks = size / superblock.block_size;
  if (fragment == kNoFragment && size % superblock.block_size != 0) ++blocks;
  in.take(blocks * 4, "block_list");
}

std::size_t Tree::refer_to_directory(std::size_t offset, std::uint32_t start) {
  to_directories_.push_back({offset, directories_.block_at(start)});
  return to_directories_.back().block;
}

void Tree::add_listing(std::size_t block, std::uint16_t offset, std::uint64_t size,
                       std::size_t inode) {
  if (size <= kDots) return;
  listings_.push_back(
      {block * kBlockBytes + offset, static_cast<std::size_t>(size - kDots), inode});
}

void Tree::read_directory_inode(Reader& in, std::size_t inode) {
  const std::size_t at = in.offset();
  const auto block = refer_to_directory(at, in.little_endian<std::uint32_t>("start_block"));
  in.take(4, "nlink");
  const auto size = in.little_endian<std::uint16_t>("file_size");
  add_listing(block, in.little_endian<std::uint16_t>("offset"), size, inode);
  in.take(4, "parent_inode");
}

void Tree::read_large_directory_inode(Reader& in, std::size_t inode) {
  in.take(4, "nlink");
  const auto size = in.little_endian<std::uint32_t>("file_size");
  const std::size_t at = in.offset();
  const auto block = refer_to_directory(at, in.little_endian<std::uint32_t>("start_block"));
  in.take(4, "parent_inode");
  const auto indexes = in.little_endian<std::uint16_t>("i_count");
  add_listing(block, in.little_endian<std::uint16_t>("offset"), size, inode);
  in.take(4, "xattr");
  for (unsigned i = 0; i < indexes; ++i) {
    in.take(4, "index");
    const std::size_t start = in.offset();
    refer_to_directory(start, in.little_endian<std::uint32_t>("start_block"));
    in.take(in.little_endian<std::uint32_t>("size") + std::uint64_t{1}, "name");
  }
}

void Tree::read_listings() {
  std::ranges::sort(listings_, {}, &Listing::start);
  std::size_t end = 0;
  for (const Listing& listing : listings_) {
    if (listing.start < end) throw FormatError(listing.start, "directories overlap");
    read_listing(listing);
    end = listing.start + listing.size;
  }
  std::ranges::stable_sort(names_, {}, &Name::inode);
}

void Tree::read_listing(const Listing& listing) {
  const ByteView all = directories_.data;
  if (listing.start > all.size()) throw FormatError(all.size(), "a directory is missing");
  Reader in = Reader(all.subspan(listing.start), listing.start).region(listing.size, "directory");
  while (in.remaining() > 0) {
    const std::uint64_t entries = in.little_endian<std::uint32_t>("count") + std::uint64_t{1};
    if (entries > kMostEntries) in.fail("count is " + std::to_string(entries - 1));
    const std::size_t at = in.offset();
    const std::size_t block = inodes_.block_at(in.little_endian<std::uint32_t>("start_block"));
    to_inodes_.push_back({at, block});
    in.take(4, "inode_number");
    for (std::uint64_t i = 0; i < entries; ++i) {
      const std::size_t inode = block * kBlockBytes + in.little_endian<std::uint16_t>("offset");
      in.take(4, "inode_number and type");
      const auto length = in.little_endian<std::uint16_t>("size");
      names_.push_back({inode, listing.inode, as_text(in.take(length + 1U, "name"))});
    }
  }
}

std::string Tree::path(std::size_t inode_offset) const {
  std::string path;
  while (true) {
    const auto found = std::ranges::lower_bound(names_, inode_offset, {}, &Name::inode);
    if (found == names_.end() || found->inode != inode_offset) return path;
    if (path.size() + found->name.size() >= kMostInPath) return "…/" + path;
    path.insert(0, std::string(found->name) + (path.empty() ? "" : "/"));
    inode_offset = found->parent;
  }
}

}  // namespace normalize::squashfs
