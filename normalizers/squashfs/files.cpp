#include "normalizers/squashfs/files.h"

#include <algorithm>
#include <array>

namespace normalize::squashfs {
namespace {

constexpr std::uint32_t kStored = 1 << 24;  // SQUASHFS_COMPRESSED_BIT_BLOCK: that it is not
constexpr std::size_t kFragmentBytes = 16, kAttributeIdBytes = 16;
/// SQUASHFS_XATTR_VALUE_OOL: what stands here is where the value is.
constexpr std::uint16_t kElsewhere = 0x100;

Superblock checked_superblock(ByteView image) {
  const Superblock superblock = read_superblock(image);
  if (const std::string reason = reason_not_to_read(superblock); !reason.empty())
    throw FormatError(0, reason);
  return superblock;
}

/// The bytes of a table from `offset` on. Throws FormatError.
Reader at(const Table& table, std::uint64_t offset, std::string_view what) {
  if (offset > table.data.size()) throw FormatError(0, std::string(what) + " is missing");
  return Reader(ByteView(table.data).subspan(static_cast<std::size_t>(offset)),
                static_cast<std::size_t>(offset));
}

/// Where within its table a reference leads: where a block begins, and 16 bits of where it is in
/// there.
std::uint64_t place_of(std::uint64_t reference, const Table& table) {
  return table.block_at(reference >> 16) * kBlockBytes + (reference & 0xffff);
}

/// What a name costs to keep.
std::uint64_t bytes_of(const File& file) {
  std::uint64_t bytes = sizeof(File) + file.path.size() + file.target.size();
  for (const Attribute& attribute : file.attributes)
    bytes += sizeof(Attribute) + attribute.name.size() + attribute.value.size();
  return bytes;
}

std::string attribute_name(std::uint16_t type, ByteView name) {
  constexpr std::array<std::string_view, 3> kSpaces{"user.", "trusted.", "security."};
  const unsigned space = type & 0xffU;
  return std::string(space < kSpaces.size() ? kSpaces.at(space) : "?.").append(as_text(name));
}

}  // namespace

Files::Files(ByteView image, const Spend& spend)
    : image_(image),
      spend_(spend),
      superblock_(checked_superblock(image)),
      codec_(superblock_.compression, Recompress::store),
      regions_(read_regions(image, superblock_)),
      inodes_(read_table(superblock_.inode_table, superblock_.directory_table)),
      directories_(read_table(superblock_.directory_table, regions_.front().start)),
      tree_(superblock_, inodes_, directories_),
      owners_(read_entries(&Superblock::id_table)),
      fragments_(read_entries(&Superblock::fragment_table)) {
  for (const Region& region : regions_)
    if (region.place == &Superblock::xattr_id_table) read_attribute_tables(region);
}

Table Files::read_table(std::uint64_t start, std::uint64_t end) {
  return codec_.read(part(image_, start, end), static_cast<std::size_t>(start), spend_);
}

/// Empty where the image has no such table.
Table Files::read_entries(std::uint64_t Superblock::*place) {
  const auto region = std::ranges::find(regions_, place, &Region::place);
  return region == regions_.end() ? Table() : read_table(region->start, region->index);
}

/// In front of the blocks that the index leads to stand those that they refer to.
void Files::read_attribute_tables(const Region& region) {
  if (region.blocks == 0) return;
  Reader index(part(image_, region.index, region.end), static_cast<std::size_t>(region.index));
  index.take(16, "struct squashfs_xattr_id_table");
  const auto ids = index.little_endian<std::uint64_t>("index of attributes");
  if (ids < region.start || ids > region.index) index.fail("attributes begin behind their index");
  attributes_ = read_table(region.start, ids);
  attribute_ids_ = read_table(ids, region.index);
}

std::vector<File> Files::list() const {
  std::vector<File> files;
  for (const Tree::Inode& inode : tree_.inodes()) {
    File file = read_inode(inode.offset).file;
    const auto names =
        std::ranges::equal_range(tree_.names(), inode.offset, {}, &Tree::Name::inode);
    if (names.empty()) files.push_back(file);
    for (const Tree::Name& name : names) {
      file.path = tree_.path(name.parent);
      file.path.append(file.path.empty() ? "" : "/").append(name.name);
      spend_(bytes_of(file));
      files.push_back(file);
    }
  }
  std::ranges::stable_sort(files, {}, &File::path);
  return files;
}

/// struct squashfs_base_inode, and those that it begins.
Files::Inode Files::read_inode(std::size_t offset) const {
  Reader in = at(inodes_, offset, "inode");
  const auto type = in.little_endian<std::uint16_t>("inode_type");
  const bool extended = type > kExtended;
  Inode inode;
  File& file = inode.file;
  file.inode = offset;
  file.mode = type_bits(type) | (in.little_endian<std::uint16_t>("mode") & 07777U);
  file.uid = owner(in.little_endian<std::uint16_t>("uid"));
  file.gid = owner(in.little_endian<std::uint16_t>("guid"));
  file.mtime = in.little_endian<std::uint32_t>("mtime");
  in.take(4, "inode_number");
  switch (extended ? type - kExtended : type) {
    case Type::file:
      read_extent(in, extended, inode);
      file.size = inode.extent.size;
      file.attributes = attributes(inode.attributes);
      return inode;
    case directory:
      if (extended) in.take(20, "nlink to offset");
      break;
    case symlink:
      in.take(4, "nlink");
      file.target = as_text(in.take(in.little_endian<std::uint32_t>("symlink_size"), "symlink"));
      break;
    case block_device:
    case char_device:
      in.take(4, "nlink");
      file.device = in.little_endian<std::uint32_t>("rdev");
      break;
    default:
      in.take(4, "nlink");
  }
  if (extended) file.attributes = attributes(in.little_endian<std::uint32_t>("xattr"));
  return inode;
}

/// struct squashfs_reg_inode and squashfs_lreg_inode.
void Files::read_extent(Reader& in, bool extended, Inode& inode) const {
  Extent& extent = inode.extent;
  extent.start = extended ? in.little_endian<std::uint64_t>("start_block")
                          : in.little_endian<std::uint32_t>("start_block");
  if (extended) {
    extent.size = in.little_endian<std::uint64_t>("file_size");
    in.take(12, "sparse and nlink");
  }
  extent.fragment = in.little_endian<std::uint32_t>("fragment");
  extent.offset = in.little_endian<std::uint32_t>("offset");
  const auto last = in.little_endian<std::uint32_t>(extended ? "xattr" : "file_size");
  if (extended)
    inode.attributes = last;
  else
    extent.size = last;
  std::uint64_t blocks = extent.size / superblock_.block_size;
  if (extent.fragment == kNoFragment && extent.size % superblock_.block_size != 0) ++blocks;
  extent.blocks = in.take(blocks * 4, "block_list");
}

std::uint32_t Files::owner(std::uint16_t index) const {
  return at(owners_, index * std::uint64_t{4}, "owner").little_endian<std::uint32_t>("id");
}

/// struct squashfs_xattr_id, _entry and _val.
std::vector<Attribute> Files::attributes(std::uint32_t index) const {
  std::vector<Attribute> all;
  if (index == kNoAttributes) return all;
  Reader id = at(attribute_ids_, index * std::uint64_t{kAttributeIdBytes}, "attributes");
  const auto reference = id.little_endian<std::uint64_t>("xattr");
  const auto count = id.little_endian<std::uint32_t>("count");
  Reader in = at(attributes_, place_of(reference, attributes_), "attribute");
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto type = in.little_endian<std::uint16_t>("type");
    const ByteView name = in.take(in.little_endian<std::uint16_t>("size"), "name");
    ByteView value = in.take(in.little_endian<std::uint32_t>("vsize"), "value");
    if ((type & kElsewhere) != 0) {
      const auto elsewhere = Reader(value).little_endian<std::uint64_t>("value");
      Reader there = at(attributes_, place_of(elsewhere, attributes_), "value");
      value = there.take(there.little_endian<std::uint32_t>("vsize"), "value");
    }
    spend_(sizeof(Attribute) + name.size() + value.size());
    all.push_back({attribute_name(type, name), Bytes(value.begin(), value.end())});
  }
  return all;
}

Bytes Files::unpack(std::uint64_t start, std::uint32_t size) const {
  const std::uint32_t packed = size & (kStored - 1);
  if (start > image_.size() || packed > image_.size() - start)
    throw FormatError(image_.size(), "a block of data is missing");
  const ByteView block = part(image_, start, start + packed);
  spend_(superblock_.block_size);
  if ((size & kStored) != 0) return Bytes(block.begin(), block.end());
  return codec_.unpack_data(block, static_cast<std::size_t>(start), superblock_.block_size);
}

/// Those of a folder mostly lie in one.
const Bytes& Files::fragment(std::uint32_t number) {
  if (number == last_fragment_) return last_fragment_data_;
  Reader in = at(fragments_, number * std::uint64_t{kFragmentBytes}, "fragment");
  const auto start = in.little_endian<std::uint64_t>("start_block");
  last_fragment_data_ = unpack(start, in.little_endian<std::uint32_t>("size"));
  last_fragment_ = number;
  return last_fragment_data_;
}

void Files::read(std::size_t inode, const std::function<void(ByteView)>& use) {
  const Extent extent = read_inode(inode).extent;
  std::uint64_t start = extent.start, left = extent.size;
  for (Reader in(extent.blocks); in.remaining() > 0;) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(left, superblock_.block_size));
    const auto size = in.little_endian<std::uint32_t>("size of a block");
    const bool is_hole = size == 0;
    if (is_hole) spend_(wanted);
    const Bytes block = is_hole ? Bytes(wanted) : unpack(start, size);
    if (block.size() != wanted)
      throw FormatError(static_cast<std::size_t>(start), "a block of data is of another size");
    use(block);
    start += size & (kStored - 1);
    left -= wanted;
  }
  if (left == 0) return;
  const ByteView all = fragment(extent.fragment);
  if (extent.offset > all.size() || left > all.size() - extent.offset)
    throw FormatError(0, "a fragment is shorter than what is in it");
  spend_(left);
  use(all.subspan(extent.offset, static_cast<std::size_t>(left)));
}

}  // namespace normalize::squashfs
