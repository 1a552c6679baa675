#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize::gzip {

/// What an extra field (RFC 1952 section 2.3.1.1), without its length in front, holds beside the
/// types of files; all of it where it is malformed.
Bytes needed_subfields(ByteView extra);

}  // namespace normalize::gzip
