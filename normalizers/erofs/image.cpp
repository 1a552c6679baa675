#include "normalizers/erofs/image.h"

namespace normalize::erofs {
namespace {

constexpr std::size_t kSlotBytes = 32, kCompactBytes = 32, kExtendedBytes = 64, kDirentBytes = 12;
constexpr std::size_t kMostInPath = 4096;            // PATH_MAX
constexpr unsigned kFlatPlain = 0, kFlatInline = 2;  // EROFS_INODE_FLAT_PLAIN, _INLINE
constexpr std::uint16_t kTypeMask = 0170000, kDirectory = 0040000;

/// erofs_xattr_ibody_size().
std::size_t xattr_bytes(std::uint16_t icount) {
  return icount == 0 ? 0 : 12 + std::size_t{4} * (icount - 1U);
}

/// What is needed of a directory's inode to find its entries.
struct Layout {
  unsigned datalayout;
  std::size_t inline_offset;  // behind the inode and its xattrs
  std::uint64_t size;
  std::uint32_t raw_blkaddr;
};

}  // namespace

bool starts_superblock(ByteView head) {
  return head.size() >= kSuperOffset + kSuperBytes &&
         Reader(head.subspan(kSuperOffset)).little_endian<std::uint32_t>("magic") == kMagic;
}

Superblock read_superblock(ByteView image) {
  Reader all(image);
  all.take(kSuperOffset, "what stands before the superblock");
  Reader in = all.region(kSuperBytes, "superblock");
  Superblock superblock;
  in.take(4, "magic");
  superblock.checksum = in.little_endian<std::uint32_t>("checksum");
  superblock.feature_compat = in.little_endian<std::uint32_t>("feature_compat");
  superblock.block_bits = in.byte("blkszbits");
  if (superblock.block_bits < 9 || superblock.block_bits > 16)
    in.fail("blkszbits is " + std::to_string(superblock.block_bits) + ", not 9 to 16");
  superblock.end = kSuperOffset + kSuperBytes + std::size_t{16} * in.byte("sb_extslots");
  superblock.root = in.little_endian<std::uint16_t>("root_nid");
  in.take(24, "inos to blocks");
  superblock.inodes_start = std::uint64_t{in.little_endian<std::uint32_t>("meta_blkaddr")}
                            << superblock.block_bits;
  in.take(36, "xattr_blkaddr to volume_name");
  superblock.feature_incompat = in.little_endian<std::uint32_t>("feature_incompat");
  in.take(6, "available_compr_algs to devt_slotoff");
  superblock.directory_block_bits = in.byte("dirblkbits");
  in.take(5, "xattr_prefix_count and xattr_prefix_start");
  superblock.packed = in.little_endian<std::uint64_t>("packed_nid");
  return superblock;
}

Tree::Tree(ByteView image, const Superblock& superblock)
    : image_(image), superblock_(superblock), seen_(image.size() / kSlotBytes) {
  extents_.push_back({kSuperOffset, superblock.end});
  add(superblock.root, 0, "");
  if (superblock.packed != 0) add(superblock.packed, inodes_.size(), "(packed inode)");
  for (std::size_t i = 0; i < inodes_.size(); ++i) read_directory(i);
  refuse_overlaps();
}

ByteView Tree::take(std::uint64_t offset, std::uint64_t count, std::string_view what) {
  if (offset > image_.size()) throw FormatError(image_.size(), std::string(what) + " is missing");
  Reader in(image_.subspan(static_cast<std::size_t>(offset)), static_cast<std::size_t>(offset));
  const ByteView taken = in.take(count, what);
  if (!taken.empty()) extents_.push_back({offset, offset + count});
  return taken;
}

void Tree::add(std::uint64_t nid, std::size_t parent, std::string_view name) {
  const std::uint64_t slot = nid + superblock_.inodes_start / kSlotBytes;
  if (slot < nid || slot >= seen_.size())
    throw FormatError(kSuperOffset, "nid " + std::to_string(nid) + " is outside of the image");
  if (seen_[static_cast<std::size_t>(slot)]) return;  // a hard link, or the way back up
  seen_[static_cast<std::size_t>(slot)] = true;
  const auto offset = static_cast<std::size_t>(slot * kSlotBytes);
  const bool extended = (std::to_integer<unsigned>(image_[offset]) & 1) != 0;
  take(offset, extended ? kExtendedBytes : kCompactBytes, "inode");
  inodes_.push_back({offset, extended, parent, name});
}

void Tree::read_directory(std::size_t index) {
  const Inode inode = inodes_[index];
  Reader in(image_.subspan(inode.offset), inode.offset);
  Layout layout{};
  const auto format = in.little_endian<std::uint16_t>("i_format");
  layout.datalayout = format >> 1 & 7;
  layout.inline_offset = inode.offset + (inode.extended ? kExtendedBytes : kCompactBytes) +
                         xattr_bytes(in.little_endian<std::uint16_t>("i_xattr_icount"));
  const auto mode = in.little_endian<std::uint16_t>("i_mode");
  if ((mode & kTypeMask) != kDirectory) return;
  in.take(2, "i_nlink");
  layout.size = inode.extended ? in.little_endian<std::uint64_t>("i_size")
                               : in.little_endian<std::uint32_t>("i_size");
  if (!inode.extended) in.take(4, "i_reserved");
  layout.raw_blkaddr = in.little_endian<std::uint32_t>("raw_blkaddr");
  if (layout.datalayout != kFlatPlain && layout.datalayout != kFlatInline)
    in.fail("a directory is laid out in a way not known (i_format " + std::to_string(format) + ")");
  // Each is a part of the image that no other has.
  if (layout.size > image_.size() - directory_bytes_)
    in.fail("the directories are larger than the image");
  directory_bytes_ += layout.size;

  const std::size_t block_bytes = superblock_.block_bytes();
  std::uint64_t offset = std::uint64_t{layout.raw_blkaddr} << superblock_.block_bits;
  for (std::uint64_t left = layout.size; left > 0;) {
    const std::uint64_t part = std::min<std::uint64_t>(left, block_bytes);
    left -= part;
    const bool is_inline = layout.datalayout == kFlatInline && left == 0;
    const std::uint64_t at = is_inline ? layout.inline_offset : offset;
    read_entries(take(at, part, "directory"), static_cast<std::size_t>(at), index);
    offset += part;
  }
}

void Tree::read_entries(ByteView block, std::size_t offset, std::size_t directory) {
  constexpr std::size_t kNameoff = 8;
  Reader first(block, offset);
  first.take(kNameoff, "nid");
  const auto entries_end = first.little_endian<std::uint16_t>("nameoff");
  if (entries_end % kDirentBytes != 0 || entries_end == 0 || entries_end > block.size())
    first.fail("nameoff " + std::to_string(entries_end) + " is not behind the entries");
  Reader in(block.first(entries_end), offset);
  std::uint64_t nid = in.little_endian<std::uint64_t>("nid");
  std::size_t start = in.little_endian<std::uint16_t>("nameoff");
  while (true) {
    in.take(2, "file_type");
    const bool is_last = in.remaining() == 0;
    const std::uint64_t next = is_last ? 0 : in.little_endian<std::uint64_t>("nid");
    const std::size_t end = is_last ? block.size() : in.little_endian<std::uint16_t>("nameoff");
    if (end < start || end > block.size()) in.fail("nameoff is not in order");
    const std::string_view name = as_text(block.subspan(start, end - start));
    add(nid, directory, name.substr(0, name.find('\0')));
    if (is_last) return;
    nid = next;
    start = end;
  }
}

void Tree::refuse_overlaps() {
  std::ranges::sort(extents_, {}, &Extent::start);
  for (std::size_t i = 1; i < extents_.size(); ++i)
    if (extents_[i].start < extents_[i - 1].end)
      throw FormatError(extents_[i].start, "inodes or directories overlap");
}

std::string Tree::path(const Inode& inode) const {
  std::string path(inode.name);
  for (const Inode* at = &inode; at != &inodes_[at->parent];) {
    at = &inodes_[at->parent];
    if (at->name.empty()) break;
    if (path.size() + at->name.size() >= kMostInPath) return "…/" + path;
    path.insert(0, std::string(at->name) + "/");
  }
  return path;
}

}  // namespace normalize::erofs
