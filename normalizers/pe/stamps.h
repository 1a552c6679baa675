#pragma once

#include <vector>

#include "normalizers/findings.h"
#include "normalizers/pe/layout.h"

namespace normalize::pe {

/// Four bytes that hold a time.
struct Stamp {
  std::size_t offset;
  const Field* field;
};

/// The identifier that ties an image to its debug information ("RSDS" or "NB10").
struct DebugId {
  std::size_t offset;
  std::size_t size;        // 16, or 4 of the older kind
  std::size_t age_offset;  // four bytes
};

struct Stamps {
  std::vector<Stamp> times;  // in the order of their offsets, apart from each other
  std::vector<DebugId> debug_ids;
  /// Whether the linker put a hash where stamps stand (link /Brepro).
  bool are_hashes = false;
};

/// All stamps of a file. Throws FormatError where its directories are damaged.
Stamps find_stamps(ByteView file, const Layout& layout);

}  // namespace normalize::pe
