// ELF, System V ABI chapter 4, "ELF Header".

#include "normalizers/zip/elf.h"

namespace normalize::zip {
namespace {

constexpr std::string_view kMagic =
    "\x7f"
    "ELF";
constexpr std::size_t kClass = 4, kData = 5;  // in e_ident
constexpr std::byte kClass32{1}, kClass64{2}, kBigEndian{2};

/// Where the header has the fields, by class.
struct Layout {
  std::size_t e_shoff, offset_bytes, e_shentsize, e_shnum, size;
};
constexpr Layout k32{32, 4, 46, 48, 52}, k64{40, 8, 58, 60, 64};

std::uint64_t number_at(ByteView head, std::size_t at, std::size_t bytes) {
  const bool big = head[kData] == kBigEndian;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i)
    value = value << 8 | std::to_integer<std::uint64_t>(head[at + (big ? i : bytes - 1 - i)]);
  return value;
}

}  // namespace

bool ends_with_sections(ByteView head, std::uint64_t size) {
  if (!starts_with(head, kMagic) || head.size() < k64.size) return false;
  if (head[kClass] != kClass32 && head[kClass] != kClass64) return false;
  const Layout& layout = head[kClass] == kClass64 ? k64 : k32;
  const std::uint64_t table = number_at(head, layout.e_shoff, layout.offset_bytes);
  const std::uint64_t count = number_at(head, layout.e_shnum, 2);
  return count > 0 && table <= size &&
         size - table == count * number_at(head, layout.e_shentsize, 2);
}

}  // namespace normalize::zip
