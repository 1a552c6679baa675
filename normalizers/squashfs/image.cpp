#include "normalizers/squashfs/image.h"

namespace normalize::squashfs {
namespace {

constexpr std::string_view kMagic = "hsqs";
constexpr std::size_t kBlockSize = 12;         // where block_size stands
constexpr std::size_t kXattrHeaderBytes = 16;  // struct squashfs_xattr_id_table, before its index

std::uint64_t number_at(ByteView image, std::uint64_t offset, std::string_view what) {
  if (offset > image.size()) throw FormatError(image.size(), std::string(what) + " is missing");
  return Reader(image.subspan(static_cast<std::size_t>(offset)), static_cast<std::size_t>(offset))
      .little_endian<std::uint64_t>(what);
}

/// A table of `entries` of `entry_bytes` each, whose index stands at the place in the superblock.
Region region(ByteView image, const Superblock& superblock, std::uint64_t Superblock::*place,
              std::uint64_t entries, std::uint64_t entry_bytes) {
  const std::uint64_t at = superblock.*place;
  if (at > image.size()) throw FormatError(0, "a table begins behind the end of the image");
  const std::uint64_t blocks = (entries * entry_bytes + kBlockBytes - 1) / kBlockBytes;
  Region found{place, at, at, at + blocks * 8, static_cast<std::size_t>(blocks)};
  if (blocks > 0) found.start = number_at(image, at, "index of a table");
  return found;
}

Region xattr_region(ByteView image, const Superblock& superblock) {
  const std::uint64_t at = superblock.xattr_id_table;
  const std::uint64_t start = number_at(image, at, "xattr_table_start");
  const std::uint64_t ids = number_at(image, at + 8, "xattr_ids") & 0xffff'ffff;
  const std::uint64_t blocks = (ids * 16 + kBlockBytes - 1) / kBlockBytes;
  return {&Superblock::xattr_id_table, start, at, at + kXattrHeaderBytes + blocks * 8,
          static_cast<std::size_t>(blocks)};
}

}  // namespace

Superblock read_superblock(ByteView image) {
  Reader in(image);
  in.expect(as_bytes(kMagic), "s_magic");
  Superblock s{};
  s.inodes = in.little_endian<std::uint32_t>("inodes");
  s.mkfs_time = in.little_endian<std::uint32_t>("mkfs_time");
  s.block_size = in.little_endian<std::uint32_t>("block_size");
  s.fragments = in.little_endian<std::uint32_t>("fragments");
  s.compression = static_cast<Compression>(in.little_endian<std::uint16_t>("compression"));
  s.block_log = in.little_endian<std::uint16_t>("block_log");
  s.flags = in.little_endian<std::uint16_t>("flags");
  s.ids = in.little_endian<std::uint16_t>("no_ids");
  s.major = in.little_endian<std::uint16_t>("s_major");
  s.minor = in.little_endian<std::uint16_t>("s_minor");
  for (std::uint64_t Superblock::*field :
       {&Superblock::root_inode, &Superblock::bytes_used, &Superblock::id_table,
        &Superblock::xattr_id_table, &Superblock::inode_table, &Superblock::directory_table,
        &Superblock::fragment_table, &Superblock::lookup_table})
    s.*field = in.little_endian<std::uint64_t>("superblock");
  if (s.block_log < 12 || s.block_log > 20 || s.block_size != std::uint32_t{1} << s.block_log)
    throw FormatError(kBlockSize, "block_size is " + std::to_string(s.block_size));
  return s;
}

std::string reason_not_to_read(const Superblock& s) {
  if (s.major != 4 || s.minor != 0)
    return "version " + std::to_string(s.major) + "." + std::to_string(s.minor);
  if (s.compression == Compression::lzo) return "packed by lzo";
  if (!knows(s.compression))
    return "packed by compression " + std::to_string(static_cast<unsigned>(s.compression));
  return {};
}

void write_superblock(Writer& out, const Superblock& s) {
  out.text(kMagic);
  for (const std::uint32_t number : {s.inodes, s.mkfs_time, s.block_size, s.fragments})
    out.little_endian(number);
  for (const std::uint16_t number :
       {static_cast<std::uint16_t>(s.compression), s.block_log, s.flags, s.ids, s.major, s.minor})
    out.little_endian(number);
  for (const std::uint64_t number :
       {s.root_inode, s.bytes_used, s.id_table, s.xattr_id_table, s.inode_table, s.directory_table,
        s.fragment_table, s.lookup_table})
    out.little_endian(number);
}

std::vector<Region> read_regions(ByteView image, const Superblock& s) {
  std::vector<Region> regions;
  if (s.fragment_table != kNone)
    regions.push_back(region(image, s, &Superblock::fragment_table, s.fragments, 16));
  if (s.lookup_table != kNone)
    regions.push_back(region(image, s, &Superblock::lookup_table, s.inodes, 8));
  regions.push_back(region(image, s, &Superblock::id_table, s.ids, 4));
  if (s.xattr_id_table != kNone) regions.push_back(xattr_region(image, s));
  std::ranges::stable_sort(regions, [](const Region& a, const Region& b) {
    return a.start != b.start ? a.start < b.start : a.end < b.end;
  });
  std::uint64_t end = regions.front().start;
  const bool in_order = kSuperBytes <= s.inode_table && s.inode_table <= s.directory_table &&
                        s.directory_table <= end && s.bytes_used <= image.size();
  if (!in_order) throw FormatError(kSuperBytes, "the tables are not in the order that is known");
  for (const Region& next : regions) {
    if (next.start != end || next.index < next.start || next.end < next.index)
      throw FormatError(next.start, "the tables do not follow one another");
    end = next.end;
  }
  if (end != s.bytes_used) throw FormatError(end, "bytes_used is not where the tables end");
  return regions;
}

}  // namespace normalize::squashfs
