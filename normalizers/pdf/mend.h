#pragma once

#include "normalizers/pdf/document.h"

namespace normalize::pdf {

/// Completes `edits`, some of which move what stands behind them, by what has to follow: the
/// offsets in every cross-reference section, in trailers and behind "startxref". Unset where no
/// such file exists: an offset outgrows its field.
std::optional<Edits> mend_offsets(const Document& document, const Edits& edits);

/// A number in place of one in the file; keeps the leading zeros of a fixed width.
void replace_number(ByteView file, const Value& number, std::uint64_t with, Edits& edits);

}  // namespace normalize::pdf
