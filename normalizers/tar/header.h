#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

/// The parts of tar: one header block, pax records, an archive taken apart, its order, its writer.
namespace normalize::tar {

inline constexpr std::size_t kBlockBytes = 512;

/// Where a field stands within the header block, in bytes.
struct Slot {
  std::size_t offset, length;
};

// POSIX.1-1988 (ustar), with the names of <tar.h>.
inline constexpr Slot kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12},
    kMtime{136, 12}, kChksum{148, 8}, kTypeflag{156, 1}, kLinkname{157, 100}, kMagic{257, 6},
    kVersion{263, 2}, kUname{265, 32}, kGname{297, 32}, kDevmajor{329, 8}, kDevminor{337, 8},
    kPrefix{345, 155};
// GNU's use of what ustar calls prefix, and star's of its end ("tar internals" in GNU tar's manual;
// star(5)).
inline constexpr Slot kGnuAtime{345, 12}, kGnuCtime{357, 12}, kGnuIsExtended{482, 1},
    kStarPrefix{345, 131}, kStarAtime{476, 12}, kStarCtime{488, 12}, kStarMagic{508, 4};
/// Of an extension block of GNU's old sparse format: whether another follows.
inline constexpr Slot kSparseIsExtended{504, 1};

enum class Dialect { v7, ustar, gnu, star };

inline ByteView field_of(ByteView block, Slot slot) {
  return block.subspan(slot.offset, slot.length);
}
/// The text in a field, up to its end or first NUL.
std::string_view text_of(ByteView block, Slot slot);
inline char type_of(ByteView block) { return as_text(field_of(block, kTypeflag))[0]; }

/// The number in a field: octal text, blank meaning 0, or base 256 where the first bit is set.
/// Unset where it is neither, or does not fit.
std::optional<std::int64_t> number_of(ByteView block, Slot slot);

Dialect dialect_of(ByteView block);
/// The name in the block alone: prefix and name joined where the dialect has a prefix.
std::string name_of(ByteView block);

bool is_zero(ByteView bytes);
/// Whether chksum is the sum of the block's bytes, as unsigned or, as some old systems have it,
/// signed numbers.
bool checksum_holds(ByteView block);
/// Whether a file that begins with `head` is a tar archive.
bool looks_like_tar(ByteView head);

/// Writes text, and NULs behind it. `text` has to fit.
void put_text(Bytes& block, Slot slot, std::string_view text);
/// Writes octal digits padded with zeros and ended by NUL; base 256 where they do not fit.
void put_number(Bytes& block, Slot slot, std::int64_t value);
/// Makes chksum anew; the last step.
void put_checksum(Bytes& block);

}  // namespace normalize::tar
