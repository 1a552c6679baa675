#pragma once

#include "normalizers/bytes/reader.h"
#include "normalizers/bytes/writer.h"
#include "normalizers/context.h"
#include "normalizers/pyc/version.h"

namespace normalize::pyc {

/// Passes over the code object of a .pyc file and writes its normal form: see canonicalize() for
/// what that is. Before it is used, it is read back, held against what was read before, and brought
/// into normal form once more. Throws FormatError, LimitError; VerifyError where that fails.
void normalize_body(Reader& in, Writer& out, const Version& version, Context& context);

/// The normal form of a code object's bytes, checked in the same way. Throws the same.
Bytes normal_body(ByteView object, const Version& version, const Rules& rules);

/// Tells bodies apart in a finding: "120 bytes with CRC-32 1234567".
std::string fingerprint(ByteView bytes);

}  // namespace normalize::pyc
