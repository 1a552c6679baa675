// SquashFS 4.0 images (mksquashfs), fs/squashfs/squashfs_fs.h of Linux. mkfs_time and the mtime of
// every inode are lowered to the epoch, owners become 0, group and other write go (`strict`: 0755
// and 0644).
//
// Inodes and directories are packed, and say of each other where their blocks begin: where an inode
// changes, both are packed again by the image's own codec, as its first packed block was, and all
// that points to them or stands behind them follows; where what is packed is to be stored, so are
// they. Data, fragments and extended attributes are
// carried over byte for byte. Packed by lzo or lzma, an image is left.

#include <map>

#include "normalizers/registry.h"
#include "normalizers/squashfs/repack.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize {
namespace {

using namespace squashfs;

constexpr std::size_t kDeviceBytes = 4096;  // mksquashfs pads to this
constexpr TimeRange kTimeRange{0, 0xffff'ffff};
// Offsets in an inode.
constexpr std::size_t kModeOffset = 2, kUidOffset = 4, kGuidOffset = 6, kMtimeOffset = 8;

constexpr Field kMkfsTime{"mkfs_time", "SOURCE_DATE_EPOCH, or mksquashfs -mkfs-time"};
constexpr Field kMode{"mode", "umask 022"};
constexpr Field kUid{"uid", "mksquashfs -all-root"};
constexpr Field kGuid{"guid", "mksquashfs -all-root"};
constexpr Field kMtime{"mtime", "SOURCE_DATE_EPOCH, or mksquashfs -all-time"};
constexpr Field kIds{"id table", "mksquashfs -all-root"};

/// The table of owners: what is in it, what will be, and where each will stand.
struct Ids {
  std::vector<std::uint32_t> before, after;
  std::vector<std::uint16_t> moved_to;
};

template <std::unsigned_integral T>
T number_at(ByteView bytes, std::size_t offset) {
  return Reader(bytes.subspan(offset)).little_endian<T>("number");
}

template <std::unsigned_integral T>
void store(Bytes& bytes, std::size_t offset, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[offset + i] = static_cast<std::byte>(value >> (8 * i));
}

/// Each id normalized, those that became the same kept once, at the first's place.
Ids settle_ids(const Table& table, Context& context) {
  Ids ids;
  std::map<std::uint32_t, std::uint16_t> places;
  const bool keep = context.rules().owners == Owners::keep;
  for (Reader in(table.data); in.remaining() > 0;) {
    ids.before.push_back(in.little_endian<std::uint32_t>("id"));
    const auto after = static_cast<std::uint32_t>(normal_owner(ids.before.back(), context.rules()));
    const auto next = static_cast<std::uint16_t>(ids.after.size());
    const auto [found, is_new] = places.try_emplace(after, next);
    if (is_new || keep) ids.after.push_back(after);
    ids.moved_to.push_back(keep ? next : found->second);
  }
  for (std::size_t i = 0; i < ids.before.size(); ++i) {
    const std::string place = "number " + std::to_string(i) + ": ";
    if (i < ids.after.size() && ids.before[i] == ids.after[i]) continue;
    const std::string now = i < ids.after.size() ? std::to_string(ids.after[i]) : "(none)";
    context.changed(kIds, place + std::to_string(ids.before[i]), place + now);
    break;
  }
  return ids;
}

void settle_owner(const Field& field, Bytes& table, std::size_t offset, const Ids& ids,
                  Context& context, const std::string& path) {
  const auto index = number_at<std::uint16_t>(table, offset);
  if (index >= ids.before.size())
    throw FormatError(offset, std::string(field.name) + " is behind the end of the id table");
  const std::uint16_t moved_to = ids.moved_to[index];
  context.settle(field, ids.before[index], ids.after[moved_to], path);
  store(table, offset, moved_to);
}

void settle_inode(Bytes& table, const Tree::Inode& inode, const Ids& ids, Context& context,
                  const std::string& path) {
  const std::size_t at = inode.offset;
  const std::uint32_t type = type_bits(inode.type);
  const std::uint32_t mode = type | (number_at<std::uint16_t>(table, at + kModeOffset) & 07777U);
  const std::uint32_t settled = normal_mode(mode, context.rules());
  if (mode != settled) {
    context.changed(kMode, mode_text(mode), mode_text(settled), path);
    store(table, at + kModeOffset, static_cast<std::uint16_t>(settled & 07777U));
  }
  settle_owner(kUid, table, at + kUidOffset, ids, context, path);
  settle_owner(kGuid, table, at + kGuidOffset, ids, context, path);
  const auto mtime = number_at<std::uint32_t>(table, at + kMtimeOffset);
  store(table, at + kMtimeOffset,
        static_cast<std::uint32_t>(context.settle_time(kMtime, mtime, kTimeRange, path)));
}

/// Puts an image together again.
class Rewriter {
 public:
  Rewriter(ByteView image, const Superblock& before, Context& context)
      : image_(image),
        before_(before),
        after_(before),
        context_(context),
        spend_([&context](std::uint64_t bytes) { context.spend(bytes); }),
        codec_(before.compression, context.rules().recompression()),
        regions_(read_regions(image, before)),
        inodes_(codec_.read(part(image, before.inode_table, before.directory_table),
                            static_cast<std::size_t>(before.inode_table), spend_)),
        directories_(codec_.read(part(image, before.directory_table, regions_.front().start),
                                 static_cast<std::size_t>(before.directory_table), spend_)),
        tree_(before, inodes_, directories_) {}

  Content rewrite() {
    const Ids ids = settle_ids(read_entries(&Superblock::id_table, 4), context_);
    after_.mkfs_time =
        static_cast<std::uint32_t>(context_.settle_time(kMkfsTime, before_.mkfs_time, kTimeRange));
    Bytes settled = inodes_.data;
    for (const Tree::Inode& inode : tree_.inodes())
      settle_inode(settled, inode, ids, context_, tree_.path(inode.offset));
    write_tree(std::move(settled));
    for (const Region& region : regions_) write_region(region, ids);
    after_.bytes_used = position();
    pad();
    Writer out;
    write_superblock(out, after_);
    out.carry(part(image_, kSuperBytes, before_.inode_table));
    out.carry(std::move(tables_).finish());
    return std::move(out).finish();
  }

 private:
  std::uint64_t position() const { return before_.inode_table + tables_.size(); }

  /// The entries of a table behind the directories. Throws FormatError where they are not as many
  /// as the index has blocks for.
  Table read_entries(std::uint64_t Superblock::*place, std::size_t entry_bytes) {
    const Region& region = *std::ranges::find(regions_, place, &Region::place);
    Table table = codec_.read(part(image_, region.start, region.index),
                              static_cast<std::size_t>(region.start), spend_);
    const std::size_t entries =
        place == &Superblock::id_table ? before_.ids : std::size_t{before_.inodes};
    if (table.data.size() != entries * entry_bytes || table.blocks() != region.blocks)
      throw FormatError(region.start, "a table is not as long as its count says");
    return table;
  }

  void write_tree(Bytes settled) {
    changed_ = settled != inodes_.data || codec_.stores();
    if (!changed_) {
      tables_.carry(part(image_, before_.inode_table, regions_.front().start));
      return;
    }
    Repacked packed =
        repack(tree_, std::move(settled), directories_, codec_, before_.packs_inodes());
    starts_ = std::move(packed.inode_starts);
    after_.root_inode = moved(before_.root_inode);
    tables_.carry(Content::own(std::move(packed.inodes)));
    after_.directory_table = position();
    tables_.carry(Content::own(std::move(packed.directories)));
  }

  /// A reference to an inode: where its block begins, and 16 bits of where it is within.
  std::uint64_t moved(std::uint64_t reference) const {
    return starts_[inodes_.block_at(reference >> 16)] << 16 | (reference & 0xffff);
  }

  void write_region(const Region& region, const Ids& ids) {
    if (region.place == &Superblock::id_table && (ids.before != ids.after || codec_.stores())) {
      after_.ids = static_cast<std::uint16_t>(ids.after.size());
      Writer entries;
      for (const std::uint32_t id : ids.after) entries.little_endian(id);
      write_entries(region, entries.written_since(0), before_.packs_ids());
    } else if (region.place == &Superblock::lookup_table && changed_) {
      const Table table = read_entries(region.place, 8);
      Writer entries;
      for (Reader in(table.data); in.remaining() > 0;)
        entries.little_endian(moved(in.little_endian<std::uint64_t>("inode reference")));
      write_entries(region, entries.written_since(0), before_.packs_inodes());
    } else {
      move_region(region);
    }
  }

  void write_entries(const Region& region, ByteView entries, bool packs) {
    const std::uint64_t start = position();
    std::vector<std::uint64_t> starts;
    tables_.carry(Content::own(codec_.pack_all(entries, packs, starts)));
    after_.*region.place = position();
    for (const std::uint64_t block : starts) tables_.little_endian(start + block);
  }

  /// Carries a table over; its index follows.
  void move_region(const Region& region) {
    const std::uint64_t by = position() - region.start;  // modulo 2^64
    tables_.carry(part(image_, region.start, region.index));
    after_.*region.place = position();
    Reader in(part(image_, region.index, region.end), static_cast<std::size_t>(region.index));
    if (region.place == &Superblock::xattr_id_table) {
      tables_.little_endian(in.little_endian<std::uint64_t>("xattr_table_start") + by);
      tables_.bytes(in.take(8, "xattr_ids"));
    }
    while (in.remaining() > 0)
      tables_.little_endian(in.little_endian<std::uint64_t>("index of a table") + by);
  }

  void pad() {
    const ByteView tail = part(image_, before_.bytes_used, image_.size());
    if (position() == before_.bytes_used || image_.size() % kDeviceBytes != 0)
      return tables_.carry(tail);
    tables_.zeros(
        static_cast<std::size_t>((kDeviceBytes - position() % kDeviceBytes) % kDeviceBytes));
  }

  const ByteView image_;
  const Superblock before_;
  Superblock after_;
  Context& context_;
  const Spend spend_;
  BlockCodec codec_;
  const std::vector<Region> regions_;
  const Table inodes_, directories_;
  const Tree tree_;
  bool changed_ = false;               // whether inodes are written anew
  std::vector<std::uint64_t> starts_;  // of their blocks, once packed again
  Writer tables_;                      // all from the inodes on
};

/// Why an image has to stay as it is; empty where it need not.
std::string reason_to_leave(ByteView image, const Superblock& superblock) {
  if (std::string unknown = reason_not_to_read(superblock); !unknown.empty()) return unknown;
  if (superblock.bytes_used > image.size())
    throw FormatError(40, "bytes_used is more than there are");
  const ByteView behind = part(image, superblock.bytes_used, image.size());
  if (std::ranges::any_of(behind, [](std::byte b) { return b != std::byte{0}; }))
    return "data behind the image may hold a signature of it";
  return {};
}

class Squashfs final : public Normalizer {
 public:
  std::string_view name() const override { return "squashfs"; }
  bool recognizes(const Probe& probe) const override {
    return probe.head.size() >= kSuperBytes && starts_with(probe.head, "hsqs");
  }

  Content normalize(ByteView input, Context& context) const override {
    const Superblock superblock = read_superblock(input);
    const std::string reason = reason_to_leave(input, superblock);
    if (!reason.empty()) return context.leave(input, reason);
    return Rewriter(input, superblock, context).rewrite();
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_squashfs() { return std::make_unique<Squashfs>(); }

}  // namespace normalize
