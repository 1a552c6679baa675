#pragma once

#include <span>
#include <stdexcept>

#include "normalizers/bytes/content.h"
#include "normalizers/context.h"
#include "normalizers/normalizer.h"

namespace normalize {

/// A digest good enough to catch our own mistakes; not for adversaries.
std::uint64_t quick_digest(ByteView bytes);
std::uint64_t quick_digest(const Content& content);

/// The output of a normalizer does not hold what its input held: our own mistake, caught in time.
class VerifyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads an archive before and after with libarchive and compares the members: the same names,
/// kinds, link targets and bytes, but for the members in `changes`, which have to be what those
/// say. Throws VerifyError that names the first member lost, added or altered. An input that
/// libarchive itself cannot read is not held against the output.
void verify_archive(ByteView before, const Content& after, std::span<const MemberChange> changes,
                    Verification verification);

}  // namespace normalize
