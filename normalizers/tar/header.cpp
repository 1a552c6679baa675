#include "normalizers/tar/header.h"

#include <algorithm>
#include <limits>

namespace normalize::tar {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '7'; }

std::optional<std::int64_t> octal(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::int64_t value = 0;  // at most twelve digits, 36 bits
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) value = value * 8 + (text[i] - '0');
  if (i < text.size() && text[i] != '\0' && text[i] != ' ') return std::nullopt;
  return value;
}

/// Two's complement, big endian; the first bit says that it is, the second is the sign.
std::optional<std::int64_t> base_256(ByteView field) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 256;
  std::int64_t value = std::to_integer<std::int64_t>(field[0]) & 0x7f;
  if (value & 0x40) value -= 0x80;
  for (const std::byte b : field.subspan(1)) {
    if (value > kMost - 1 || value < -kMost) return std::nullopt;
    value = value * 256 + std::to_integer<std::int64_t>(b);
  }
  return value;
}

/// Whether the fields of a header without magic are what a V7 tar writes: the chksum alone could be
/// right by chance.
bool plausible_v7(ByteView block) {
  const std::string_view name = text_of(block, kName);
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; };
  if (name.empty() || !std::ranges::all_of(name, printable)) return false;
  // GNU tar's --format=v7 writes device numbers where ustar has them, and nothing else.
  const ByteView rest = block.subspan(kMagic.offset);
  const std::size_t devices = kDevmajor.offset - kMagic.offset;
  if (!is_zero(rest.first(devices)) || !is_zero(rest.subspan(devices + 16))) return false;
  const auto digit_or_nul = [](char c) { return is_digit(c) || c == '\0'; };
  if (!std::ranges::all_of(as_text(rest.subspan(devices, 16)), digit_or_nul)) return false;
  for (const Slot slot : {kMode, kUid, kGid, kSize, kMtime}) {
    const std::string_view digits = as_text(field_of(block, slot));
    if (std::ranges::none_of(digits, is_digit) || !octal(digits)) return false;
  }
  return std::string_view(
             "\0"
             "0125",
             5)
             .find(type_of(block)) != std::string_view::npos;
}

}  // namespace

std::string_view text_of(ByteView block, Slot slot) {
  const std::string_view text = as_text(field_of(block, slot));
  return text.substr(0, text.find('\0'));
}

std::optional<std::int64_t> number_of(ByteView block, Slot slot) {
  const ByteView field = field_of(block, slot);
  if ((field[0] & std::byte{0x80}) != std::byte{0}) return base_256(field);
  return octal(as_text(field));
}

Dialect dialect_of(ByteView block) {
  const std::string_view magic = as_text(block.subspan(kMagic.offset, 8));
  if (magic == "ustar  " + std::string(1, '\0')) return Dialect::gnu;
  if (!magic.starts_with("ustar")) return Dialect::v7;
  if (as_text(field_of(block, kStarMagic)) == std::string_view("tar\0", 4)) return Dialect::star;
  return Dialect::ustar;
}

std::string name_of(ByteView block) {
  const Dialect dialect = dialect_of(block);
  std::string name(text_of(block, kName));
  if (dialect == Dialect::v7 || dialect == Dialect::gnu) return name;
  const std::string prefix(text_of(block, dialect == Dialect::star ? kStarPrefix : kPrefix));
  return prefix.empty() ? name : prefix + '/' + name;
}

bool is_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

namespace {

struct Sums {
  std::int64_t of_unsigned = 0, of_signed = 0;
};

Sums sums_of(ByteView block) {
  Sums sums;
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    const bool in_chksum = i >= kChksum.offset && i < kChksum.offset + kChksum.length;
    const auto value = in_chksum ? std::int64_t{' '} : std::to_integer<std::int64_t>(block[i]);
    sums.of_unsigned += value;
    sums.of_signed += value < 128 ? value : value - 256;
  }
  return sums;
}

}  // namespace

bool checksum_holds(ByteView block) {
  const auto stored = number_of(block, kChksum);
  const Sums sums = sums_of(block);
  return stored && (*stored == sums.of_unsigned || *stored == sums.of_signed);
}

bool looks_like_tar(ByteView head) {
  if (head.size() < kBlockBytes) return false;
  const ByteView block = head.first(kBlockBytes);
  if (dialect_of(block) != Dialect::v7) return true;
  return plausible_v7(block) && checksum_holds(block);
}

void put_text(Bytes& block, Slot slot, std::string_view text) {
  const auto at = block.begin() + static_cast<std::ptrdiff_t>(slot.offset);
  std::fill_n(at, slot.length, std::byte{0});
  std::ranges::copy(as_bytes(text), at);
}

void put_number(Bytes& block, Slot slot, std::int64_t value) {
  const std::size_t digits = slot.length - 1;
  if (value < 0 || value >> (3 * digits) != 0) {
    for (std::size_t i = slot.length; i-- > 0; value >>= 8)
      block[slot.offset + i] = static_cast<std::byte>(value & 0xff);
    block[slot.offset] |= std::byte{0x80};
    return;
  }
  for (std::size_t i = digits; i-- > 0; value >>= 3)
    block[slot.offset + i] = static_cast<std::byte>('0' + (value & 7));
  block[slot.offset + digits] = std::byte{0};
}

void put_checksum(Bytes& block) {
  // Six digits, NUL and space: as the first tar wrote it, and most have since.
  put_number(block, {kChksum.offset, kChksum.length - 1}, sums_of(block).of_unsigned);
  block[kChksum.offset + kChksum.length - 1] = static_cast<std::byte>(' ');
}

}  // namespace normalize::tar
