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

/// Packs segments of one kind of package. One serves all workers at once.
class Packer {
 public:
  Packer() = default;
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  virtual ~Packer() = default;

  virtual CutRule cut_rule() const = 0;
  virtual Bytes pack(const Segment& segment) const = 0;
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
