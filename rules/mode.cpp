#include "rules/mode.h"

#include <array>
#include <cstdio>

namespace normalize {
namespace {

constexpr std::uint32_t kTypeMask = 0170000, kFolder = 0040000, kFile = 0100000, kSymlink = 0120000,
                        kCharacter = 0020000, kBlock = 0060000;
constexpr std::uint32_t kGroupAndOtherWrite = 0022, kAnyExecute = 0111, kSpecial = 07000;

std::uint32_t settled_mode(std::uint32_t mode, const Rules& rules) {
  const std::uint32_t type = mode & kTypeMask;
  if (type == kSymlink) return rules.strict() ? kSymlink | 0777 : mode;
  if (type == kCharacter || type == kBlock || (mode & kSpecial) != 0) return mode;
  const bool ordinary = type == kFolder || type == kFile || type == 0;
  if (!rules.strict() || !ordinary) return mode & ~kGroupAndOtherWrite;
  return type | (type == kFolder || (mode & kAnyExecute) != 0 ? 0755U : 0644U);
}

}  // namespace

std::uint32_t normal_mode(std::uint32_t mode, const Rules& rules) {
  const std::uint32_t settled = settled_mode(mode, rules);
  if (!rules.noise) return settled;
  const std::uint32_t other = settled | rules.noise->umask_bits(settled);
  return settled_mode(other, rules) == settled ? other : settled;
}

std::string mode_text(std::uint32_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%07o", mode);
  return text.data();
}

}  // namespace normalize
