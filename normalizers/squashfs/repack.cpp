#include "normalizers/squashfs/repack.h"

namespace normalize::squashfs {
namespace {

/// A table that is packed from front to back, a block at a time.
class Stream {
 public:
  Stream(Bytes data, const std::vector<Reference>& references, const BlockCodec& codec, bool wanted)
      : table_{std::move(data), {}}, references_(references), codec_(codec), wanted_(wanted) {}

  bool is_done() const { return starts_.size() > blocks(); }

  /// Packs the next block, where it is known where the blocks of `other` begin that it names.
  bool advance(const Stream& other) {
    if (is_done()) return false;
    const std::size_t number = starts_.size() - 1, end = starts_.size() * kBlockBytes;
    for (; next_ < references_.size() && references_[next_].offset < end; ++next_) {
      const Reference& reference = references_[next_];
      if (reference.block >= other.starts_.size()) return false;
      store(reference.offset, other.starts_[reference.block]);
    }
    const Bytes packed = codec_.pack(table_.block(number), wanted_);
    packed_.insert(packed_.end(), packed.begin(), packed.end());
    starts_.push_back(packed_.size());
    return true;
  }

  Bytes take_packed() { return std::move(packed_); }
  const std::vector<std::uint64_t>& starts() const { return starts_; }

 private:
  std::size_t blocks() const { return (table_.data.size() + kBlockBytes - 1) / kBlockBytes; }

  void store(std::size_t offset, std::uint64_t start) {
    if (start > 0xffff'ffff) throw LimitError("a table grows past 4 GB");
    for (unsigned i = 0; i < 4; ++i)
      table_.data[offset + i] = static_cast<std::byte>(start >> (8 * i));
  }

  Table table_;  // its references become those of what is packed
  const std::vector<Reference>& references_;
  const BlockCodec& codec_;
  const bool wanted_;
  std::size_t next_ = 0;  // reference
  Bytes packed_;
  std::vector<std::uint64_t> starts_{0};
};

}  // namespace

Repacked repack(const Tree& tree, Bytes data, const Table& directories, const BlockCodec& codec,
                bool wanted) {
  Stream inodes(std::move(data), tree.to_directories(), codec, wanted);
  Stream listings(directories.data, tree.to_inodes(), codec, wanted);
  while (!inodes.is_done() || !listings.is_done())
    if (!inodes.advance(listings) && !listings.advance(inodes))
      throw FormatError(kSuperBytes, "inodes and directories wait for each other");
  return {inodes.take_packed(), listings.take_packed(), inodes.starts()};
}

}  // namespace normalize::squashfs
