#pragma once

#include <functional>
#include <vector>

#include "normalizers/codec/codec.h"
#include "normalizers/codec/deflate.h"
#include "rules/rules.h"

/// Metadata blocks of SquashFS: 8 KiB each, the last of a table may be less, each packed by itself
/// behind a header of 16 bits.
namespace normalize::squashfs {

inline constexpr std::size_t kBlockBytes = 8192;  // SQUASHFS_METADATA_SIZE

/// Told of each stretch of bytes before it is unpacked to; throws LimitError where that is too
/// much.
using Spend = std::function<void(std::uint64_t bytes)>;

/// `compression` of the superblock.
enum class Compression : std::uint16_t { gzip = 1, lzma = 2, lzo = 3, xz = 4, lz4 = 5, zstd = 6 };

/// Whether we pack by it too; lzma, which kernels never read, and lzo we do not.
bool knows(Compression compression);

/// The blocks of one table, unpacked end to end: block n begins at n times kBlockBytes.
struct Table {
  Bytes data;
  std::vector<std::uint32_t> starts;  // of each block in the region, packed; the region's end last

  std::size_t blocks() const { return starts.size() - 1; }
  /// The number of the block that begins at `start`, the end counting as one more. Throws
  /// FormatError where none does.
  std::size_t block_at(std::uint64_t start) const;
  /// The bytes of a block.
  ByteView block(std::size_t number) const;
};

/// Unpacks blocks, and packs others as those were packed, or stores them.
class BlockCodec {
 public:
  BlockCodec(Compression compression, Recompress recompress)
      : compression_(compression), stores_(recompress == Recompress::store) {}

  /// Unpacks all blocks of a region, whose first packed one becomes the model if there is none
  /// yet. `base` is where the region begins within the file; it outlives the codec. Throws
  /// FormatError, LimitError.
  Table read(ByteView region, std::size_t base, const Spend& spend);
  /// What a block of data or of fragments unpacks to, `most` bytes at most. Throws FormatError.
  Bytes unpack_data(ByteView packed, std::size_t base, std::size_t most) const;

  /// Whether no block is packed.
  bool stores() const { return stores_; }
  /// One block with its header; as it is where packing does not make it smaller, or is not `wanted`
  /// or known. Throws CodecError.
  Bytes pack(ByteView block, bool wanted) const;
  /// The blocks of a whole table, and where each begins.
  Bytes pack_all(ByteView data, bool wanted, std::vector<std::uint64_t>& starts) const;

 private:
  Bytes pack_payload(ByteView block) const;
  void learn(ByteView packed, const Bytes& payload);

  Compression compression_;
  bool stores_;
  bool has_model_ = false;
  PackLike packing_;  // of xz and zstd
  int lz4_level_ = 1;
  DeflateRecipe recipe_{9, 8};  // of gzip: what mksquashfs does unasked
};

}  // namespace normalize::squashfs
