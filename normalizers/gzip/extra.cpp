#include "normalizers/gzip/extra.h"

#include <algorithm>
#include <array>

#include "normalizers/bytes/reader.h"

namespace normalize::gzip {
namespace {

/// Section 2.3.1.1: what the types of files are that Acorn, Apollo, cpio and the Macintosh packed.
/// All other subfields may find parts of the compressed data (BGZF, dictzip, stargz, WARC and many
/// more, mostly unregistered) or sign it.
constexpr std::array<std::string_view, 5> kFileTypes{"AC", "Ap", "cp", "Mc", "RO"};

}  // namespace

Bytes needed_subfields(ByteView extra) {
  Bytes needed;
  Reader in(extra);
  while (in.remaining() > 0) {
    const ByteView whole = in.rest();
    if (in.remaining() < 4) return {extra.begin(), extra.end()};
    const std::string_view id = as_text(in.take(2, "SI1, SI2"));
    const auto length = in.little_endian<std::uint16_t>("LEN");
    if (length > in.remaining()) return {extra.begin(), extra.end()};
    in.take(length, "subfield");
    if (std::ranges::find(kFileTypes, id) != kFileTypes.end()) continue;
    needed.insert(needed.end(), whole.begin(), whole.begin() + 4 + length);
  }
  return needed;
}

}  // namespace normalize::gzip
