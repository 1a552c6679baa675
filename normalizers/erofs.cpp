// EROFS images (mkfs.erofs), fs/erofs/erofs_fs.h of Linux 6.1. All in its place, at its length:
// build_time, which is also the time of every inode that has none of its own, and i_mtime are
// lowered to the epoch, owners become 0, group and other write go (`strict`: 0755 and 0644).
//
// A UUID drawn at random becomes a digest of the rest of the image, in version 8 of RFC 9562: equal
// images get equal UUIDs, and different ones can still be told apart where they are mounted by it,
// which zeros would end. One that is not random was chosen by somebody and stays. Then the checksum
// is made anew. Data, directories and extended attributes stay.

#include "normalizers/bytes/digest.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/erofs/image.h"
#include "normalizers/registry.h"
#include "rules/mode.h"
#include "rules/owners.h"

namespace normalize {
namespace {

using erofs::kSuperBytes;
using erofs::kSuperOffset;
using erofs::Superblock;
using erofs::Tree;

constexpr std::uint32_t kKnownCompat = 0x7;     // SB_CHKSUM, MTIME, XATTR_FILTER
constexpr std::uint32_t kKnownIncompat = 0x7f;  // up to XATTR_PREFIXES; not 48BIT and METABOX
// Offsets in the superblock.
constexpr std::size_t kChecksum = 4, kBuildTime = 24, kUuid = 48, kUuidBytes = 16;

constexpr Field kBuildTimeField{"build_time", "SOURCE_DATE_EPOCH, or mkfs.erofs -T"};
constexpr Field kUuidField{"uuid", "mkfs.erofs -U"};
constexpr Field kMode{"i_mode", "umask 022"};
constexpr Field kUid{"i_uid", "mkfs.erofs --all-root"};
constexpr Field kGid{"i_gid", "mkfs.erofs --all-root"};
constexpr Field kMtime{"i_mtime", "SOURCE_DATE_EPOCH, or mkfs.erofs -T"};

/// The same bytes but for some, which are written over.
struct Patch {
  std::size_t offset;
  Bytes bytes;
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

/// Seconds of 64 bits and, behind them, nanoseconds of 32.
void settle_time(const Field& field, Bytes& bytes, std::size_t offset, Context& context,
                 std::string_view entry) {
  const auto before = static_cast<std::int64_t>(number_at<std::uint64_t>(bytes, offset));
  const auto nanoseconds = number_at<std::uint32_t>(bytes, offset + 8);
  const std::int64_t after = context.settle_time(field, before, {}, entry);
  store(bytes, offset, static_cast<std::uint64_t>(after));
  // Of a second that is the epoch itself, any fraction is later.
  const std::int64_t latest = context.rules().epoch.value_or(0);
  if (nanoseconds == 0 || (after == before && after < latest)) return;
  if (after == before)
    context.changed(field, std::to_string(nanoseconds) + " ns past the second", "0 ns", entry);
  store(bytes, offset + 8, std::uint32_t{0});
}

template <std::unsigned_integral T>
void settle_owner(const Field& field, Bytes& bytes, std::size_t offset, Context& context,
                  std::string_view entry) {
  const T before = number_at<T>(bytes, offset);
  const auto after = static_cast<T>(normal_owner(before, context.rules()));
  store(bytes, offset, context.settle(field, before, after, entry));
}

void settle_mode(Bytes& bytes, std::size_t offset, Context& context, std::string_view entry) {
  const auto before = number_at<std::uint16_t>(bytes, offset);
  const auto after = static_cast<std::uint16_t>(normal_mode(before, context.rules()));
  if (before == after) return;
  context.changed(kMode, mode_text(before), mode_text(after), entry);
  store(bytes, offset, after);
}

/// struct erofs_inode_compact and struct erofs_inode_extended.
void settle_inode(Bytes& inode, bool extended, Context& context, std::string_view path) {
  settle_mode(inode, 4, context, path);
  if (!extended) {
    settle_owner<std::uint16_t>(kUid, inode, 24, context, path);
    settle_owner<std::uint16_t>(kGid, inode, 26, context, path);
    return;
  }
  settle_owner<std::uint32_t>(kUid, inode, 24, context, path);
  settle_owner<std::uint32_t>(kGid, inode, 28, context, path);
  settle_time(kMtime, inode, 32, context, path);
}

std::vector<Patch> settle_inodes(ByteView image, const Tree& tree, Context& context) {
  std::vector<Patch> patches;
  for (const Tree::Inode& inode : tree.inodes()) {
    const ByteView before = image.subspan(inode.offset, inode.extended ? 64 : 32);
    Bytes after(before.begin(), before.end());
    settle_inode(after, inode.extended, context, tree.path(inode));
    if (!equal(before, after)) patches.push_back({inode.offset, std::move(after)});
  }
  std::ranges::sort(patches, {}, &Patch::offset);
  return patches;
}

/// `input` with `patches`, which are in order and do not overlap; offsets count from `base`.
Content patched(ByteView input, const std::vector<Patch>& patches, std::size_t base) {
  Writer out;
  std::size_t done = 0;
  for (const Patch& patch : patches) {
    const std::size_t offset = patch.offset - base;
    out.carry(input.subspan(done, offset - done));
    out.bytes(patch.bytes);
    done = offset + patch.bytes.size();
  }
  out.carry(input.subspan(done));
  return std::move(out).finish();
}

/// An image in three parts, of which the superblock can be written over.
struct Parts {
  Content front;
  Bytes superblock;
  Content rest;

  Content whole() const {
    Writer out;
    out.carry(front);
    out.bytes(superblock);
    out.carry(rest);
    return std::move(out).finish();
  }
};

/// CRC-32C (RFC 3720 section 12.1) as the kernel's crc32c() has it: not inverted at the end.
std::uint32_t crc32c(ByteView bytes, std::uint32_t crc) {
  constexpr std::uint32_t kPolynomial = 0x82f6'3b78;
  for (const std::byte b : bytes) {
    crc ^= std::to_integer<std::uint32_t>(b);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? kPolynomial : 0);
  }
  return crc;
}

/// erofs_superblock_csum_verify(): of the block from the superblock on, the sum counted as zero.
std::uint32_t checksum(Parts parts, const Superblock& superblock) {
  store(parts.superblock, kChecksum, std::uint32_t{0});
  std::size_t covered = superblock.block_bytes();
  if (covered > kSuperOffset) covered -= kSuperOffset;
  const Bytes behind = parts.rest.slice(0, covered - kSuperBytes).to_bytes();
  if (behind.size() < covered - kSuperBytes)
    throw FormatError(kSuperOffset, "the image ends within the superblock's block");
  return crc32c(behind, crc32c(parts.superblock, 0xffff'ffff));
}

/// RFC 9562 section 4: 4 is drawn at random, 8 what we write.
bool was_random(ByteView uuid) {
  const auto version = std::to_integer<unsigned>(uuid[6]) >> 4;
  return (version == 4 || version == 8) && (std::to_integer<unsigned>(uuid[8]) & 0xc0) == 0x80;
}

void settle_uuid(Parts& parts, Context& context) {
  const Bytes before(parts.superblock.begin() + kUuid,
                     parts.superblock.begin() + kUuid + kUuidBytes);
  if (!was_random(before)) return;
  std::fill_n(parts.superblock.begin() + kUuid, kUuidBytes, std::byte{0});
  store(parts.superblock, kChecksum, std::uint32_t{0});
  Bytes after = message_digest("sha256", parts.whole()).value();
  after.resize(kUuidBytes);
  after[6] = (after[6] & std::byte{0x0f}) | std::byte{0x80};
  after[8] = (after[8] & std::byte{0x3f}) | std::byte{0x80};
  std::ranges::copy(after, parts.superblock.begin() + kUuid);
  if (before != after) context.changed(kUuidField, hexadecimal(before), hexadecimal(after));
}

Content settle(ByteView input, const Superblock& superblock, Context& context) {
  const Tree tree(input, superblock);
  constexpr std::size_t kBehind = kSuperOffset + kSuperBytes;
  const ByteView raw = input.subspan(kSuperOffset, kSuperBytes);
  Parts parts{Content::view(input.first(kSuperOffset)), Bytes(raw.begin(), raw.end()),
              Content::view(input.subspan(kBehind))};
  const bool sums = (superblock.feature_compat & erofs::kChecksummed) != 0;
  if (sums && checksum(parts, superblock) != superblock.checksum)
    throw FormatError(kSuperOffset + kChecksum, "checksum does not match the superblock's block");

  settle_time(kBuildTimeField, parts.superblock, kBuildTime, context, {});
  std::vector<Patch> patches = settle_inodes(input, tree, context), front;
  const auto behind = std::ranges::lower_bound(patches, kBehind, {}, &Patch::offset);
  front.assign(std::move_iterator(patches.begin()), std::move_iterator(behind));
  patches.erase(patches.begin(), behind);
  parts.front = patched(input.first(kSuperOffset), front, 0);
  parts.rest = patched(input.subspan(kBehind), patches, kBehind);
  settle_uuid(parts, context);
  if (sums) store(parts.superblock, kChecksum, checksum(parts, superblock));
  return parts.whole();
}

class Erofs final : public Normalizer {
 public:
  std::string_view name() const override { return "erofs"; }
  bool recognizes(const Probe& probe) const override {
    return erofs::starts_superblock(probe.head);
  }

  Content normalize(ByteView input, Context& context) const override {
    const Superblock superblock = erofs::read_superblock(input);
    if ((superblock.feature_compat & ~kKnownCompat) != 0 ||
        (superblock.feature_incompat & ~kKnownIncompat) != 0 ||
        superblock.directory_block_bits != 0)
      return context.leave(input, "it has features that are not known here");
    return settle(input, superblock, context);
  }
};

}  // namespace

std::unique_ptr<const Normalizer> make_erofs() { return std::make_unique<Erofs>(); }

}  // namespace normalize
