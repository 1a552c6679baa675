#pragma once

#include <string>
#include <vector>

#include "normalizers/bytes/reader.h"

/// Where an image of ISO 9660 (ECMA-119, 4th edition) tells when and by whom it was made: in its
/// volume descriptors, its directories, and what Rock Ridge (RRIP 1.12, in System Use fields by
/// SUSP 1.12) adds to these.
namespace normalize::iso9660 {

inline constexpr std::size_t kSectorBytes = 2048, kFirstDescriptor = 16 * kSectorBytes;

/// A field of a fixed size that may be written over.
struct Spot {
  enum class Kind {
    volume_date,  // section 8.4.26.1: 16 digits and a zone; 17 bytes
    long_date,    // the same in TF of RRIP
    short_date,   // section 9.1.5: 7 bytes
    mode,         // PX of RRIP: these four are numbers of both byte orders, 8 bytes
    links,
    uid,
    gid,
  };
  Kind kind;
  std::size_t offset;
  std::size_t entry;  // index into Image::entries
  std::size_t from;   // where its value is told first: the root's parent is the root
};

struct Image {
  /// In the order of their offsets; none overlap.
  std::vector<Spot> spots;
  /// Paths by Rock Ridge or else as they stand; "" for a volume.
  std::vector<std::string> entries;
  /// Whether there is a boot record.
  bool bootable = false;
  /// Why it has to stay as it is; mostly empty.
  std::string objection;
};

/// Whether the first volume descriptor begins as one.
bool has_descriptor(ByteView image);

/// Throws FormatError.
Image read_image(ByteView image);

std::size_t size_of(Spot::Kind kind);

}  // namespace normalize::iso9660
