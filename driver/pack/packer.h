#pragma once

#include <memory>
#include <string>

#include "driver/pack/segmenter.h"

namespace normalize {

/// What a package is to be good at.
enum class RsyncMode {
  best,     // the fewest bytes sent for a change
  small,    // a small package, that rsync can still follow
  openbsd,  // a part for every 16 files, as OpenBSD's pkg_create packs
  off,      // neither cut by content nor by name
};

/// Segments that follow each other, behind what stands in front of the first.
struct Stretch {
  Bytes bytes;
  std::size_t start = 0;  // where the first segment begins
  std::vector<std::size_t> sizes;

  void add(Segment segment);
  std::size_t own_bytes() const { return bytes.size() - start; }
};

/// Packs segments of one kind of package. One serves all workers at once.
class Packer {
 public:
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  virtual ~Packer() = default;

  virtual CutRule cut_rule() const = 0;
  /// How many bytes of segments are worth packing in one go, because each is the next one's window.
  virtual std::size_t stretch_bytes() const { return 0; }
  /// What comes of each segment of the stretch; for those that are `known` it may be anything.
  virtual std::vector<Bytes> pack(const Stretch& stretch, const std::vector<bool>& known) const = 0;
  /// What stands around the packed segments. `crc` and `size` are of the whole stream.
  virtual Bytes begin() const { return {}; }
  virtual Bytes end(std::uint32_t crc, std::uint64_t size) const;
  /// Whether segments of an older package can stand in for equal ones.
  virtual bool can_refer() const { return false; }
};

/// The packer for a file of that name: .tar, .tar.gz, .tgz, .tar.zst, .tar.xz. Throws UsageError
/// for other names.
std::unique_ptr<Packer> packer_for(const std::string& name, RsyncMode mode);

}  // namespace normalize
