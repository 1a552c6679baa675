#pragma once

#include "normalizers/bytes/buffer.h"
#include "normalizers/bytes/bytes.h"
#include "rules/rules.h"

namespace normalize {

/// Whether `head` begins an archive that tar_of() reads: zip, cpio, 7-Zip.
bool is_other_archive(ByteView head);

/// The members of such an archive as a tar archive, in its order, each hard link behind the file it
/// names. Times of zip archives that say no zone are read in TZ. Throws FormatError where
/// libarchive cannot read it, LimitError past a limit.
Buffer tar_of(ByteView archive, const Limits& limits);

}  // namespace normalize
