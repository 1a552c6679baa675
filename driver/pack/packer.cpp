// gzip: one member, whose segments are packed each with the 32 KB in front of it in view. Members
// of their own would lose that, and some readers stop behind the first: zlib in one call, gzip -l.
// zstd and xz have no such way to join what was packed apart; their segments are frames and streams
// of their own, and therefore larger.

#include "driver/pack/packer.h"

#include "driver/usage_error.h"
#include "normalizers/bytes/checksum.h"
#include "normalizers/codec/codec.h"
#include "normalizers/codec/deflate.h"
#include "normalizers/codec/deflate_segment.h"

namespace normalize {
namespace {

using By = CutRule::By;
constexpr std::size_t kKiB = 1024, kMiB = 1024 * kKiB;
constexpr std::size_t kFilesInPart = 16;

void put(Bytes& out, std::uint64_t value, unsigned count) {
  for (unsigned i = 0; i < count; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

/// RFC 1952 section 2.3: no time, no name, an unknown system; packed as thoroughly as can be.
Bytes gzip_header() {
  Bytes header;
  put(header, 0x08'8b'1f, 4);  // ID1, ID2, CM, FLG
  put(header, 0, 4);           // MTIME
  put(header, 0xff'02, 2);     // XFL, OS
  return header;
}

/// The rule for parts that are packed without a view of what is in front of them.
CutRule rule_for_parts(RsyncMode mode, std::size_t best, std::size_t small) {
  switch (mode) {
    case RsyncMode::best:
      return {By::content, best, 0};
    case RsyncMode::small:
      return {By::content, small, 0};
    case RsyncMode::openbsd:
      return {By::members, kFilesInPart, 0};
    case RsyncMode::off:
      break;
  }
  return {By::size, 8 * kMiB, 0};
}

/// Packs each segment without a view of others.
class PartPacker : public Packer {
 public:
  std::vector<Bytes> pack(const Stretch& stretch, const std::vector<bool>&) const final {
    return {pack_part(stretch.bytes)};
  }
  virtual Bytes pack_part(const Bytes& part) const = 0;
};

class PlainPacker final : public PartPacker {
 public:
  CutRule cut_rule() const override { return {By::size, kMiB, 0}; }
  Bytes pack_part(const Bytes& part) const override { return part; }
};

class GzipPacker final : public Packer {
 public:
  explicit GzipPacker(RsyncMode mode) : mode_(mode) {}

  CutRule cut_rule() const override {
    constexpr std::size_t kWindow = 32 * kKiB;
    if (mode_ == RsyncMode::best) return {By::content, 8 * kKiB, kWindow, kKiB};
    if (mode_ == RsyncMode::small) return {By::content, 48 * kKiB, kWindow};
    return {By::size, 64 * kKiB, kWindow};
  }
  /// The window is looked over once a stretch.
  std::size_t stretch_bytes() const override { return 160 * kKiB; }
  std::vector<Bytes> pack(const Stretch& stretch, const std::vector<bool>& known) const override {
    constexpr SegmentEffort kUsual{}, kThorough{128, 128, 3};
    SegmentPacker packer(stretch.bytes, stretch.start,
                         mode_ == RsyncMode::small ? kThorough : kUsual);
    std::vector<Bytes> packed(stretch.sizes.size());
    for (std::size_t i = 0; i < packed.size(); ++i)
      if (known[i])
        packer.skip(stretch.sizes[i]);
      else
        packed[i] = packer.pack(stretch.sizes[i]);
    return packed;
  }
  Bytes begin() const override { return gzip_header(); }
  Bytes end(std::uint32_t crc, std::uint64_t size) const override {
    Bytes out;
    put(out, 0x00'03, 2);  // an empty block of fixed codes, the last
    put(out, crc, 4);
    put(out, size, 4);  // modulo 2^32: section 2.3.1
    return out;
  }
  bool can_refer() const override { return true; }

 private:
  const RsyncMode mode_;
};

/// A member for every 16 files.
class GzipMemberPacker final : public PartPacker {
 public:
  CutRule cut_rule() const override { return {By::members, kFilesInPart, 0}; }
  Bytes pack_part(const Bytes& part) const override {
    const DeflateRecipe recipe{9, 8};
    Bytes out = gzip_header();
    const Buffer packed = deflate(Content::view(part), recipe);
    out.insert(out.end(), packed.begin(), packed.end());
    put(out, crc32(part), 4);
    put(out, part.size(), 4);
    return out;
  }
};

class ZstdPacker final : public PartPacker {
 public:
  explicit ZstdPacker(RsyncMode mode) : mode_(mode) {}
  CutRule cut_rule() const override { return rule_for_parts(mode_, 192 * kKiB, 3 * kMiB / 2); }
  Bytes pack_part(const Bytes& part) const override { return zstd_thorough_frame(part).to_bytes(); }

 private:
  const RsyncMode mode_;
};

class XzPacker final : public PartPacker {
 public:
  explicit XzPacker(RsyncMode mode) : mode_(mode) {}
  CutRule cut_rule() const override { return rule_for_parts(mode_, 384 * kKiB, 3 * kMiB); }
  Bytes pack_part(const Bytes& part) const override {
    return xz_codec().pack(Content::view(part)).to_bytes();
  }

 private:
  const RsyncMode mode_;
};

}  // namespace

void Stretch::add(Segment segment) {
  const ByteView own = segment.own();
  sizes.push_back(own.size());
  if (bytes.empty()) {
    start = segment.start;
    bytes = std::move(segment.bytes);
  } else {
    bytes.insert(bytes.end(), own.begin(), own.end());
  }
}

Bytes Packer::end(std::uint32_t, std::uint64_t) const { return {}; }

std::unique_ptr<Packer> packer_for(const std::string& name, RsyncMode mode) {
  if (name.ends_with(".tar")) return std::make_unique<PlainPacker>();
  if (name.ends_with(".tar.gz") || name.ends_with(".tgz")) {
    if (mode == RsyncMode::openbsd) return std::make_unique<GzipMemberPacker>();
    return std::make_unique<GzipPacker>(mode);
  }
  if (name.ends_with(".tar.zst")) return std::make_unique<ZstdPacker>(mode);
  if (name.ends_with(".tar.xz")) return std::make_unique<XzPacker>(mode);
  throw UsageError(name + ": a package's name ends in .tar, .tar.gz, .tgz, .tar.zst or .tar.xz");
}

}  // namespace normalize
