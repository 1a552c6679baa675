#pragma once

#include "normalizers/bytes/bytes.h"

namespace normalize::pyc {

/// SipHash with `compression` rounds a word and `finalization` rounds at the end: SipHash-2-4 or
/// SipHash-1-3. J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF" (2012).
std::uint64_t siphash(unsigned compression, unsigned finalization, std::uint64_t key0,
                      std::uint64_t key1, ByteView input);

}  // namespace normalize::pyc
