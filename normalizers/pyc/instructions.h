#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "normalizers/bytes/bytes.h"
#include "normalizers/pyc/version.h"

namespace normalize::pyc {

inline constexpr std::uint8_t kLoadConst = 100, kBuildTuple = 102, kMakeClosure = 134,
                              kLoadClosure = 135;

/// One instruction of co_code before 3.6: a byte, and from HAVE_ARGUMENT on two bytes of argument.
struct Instruction {
  std::uint32_t offset;    // of EXTENDED_ARG, where that comes first
  std::uint32_t argument;  // 0 without one
  std::uint8_t opcode;
  bool extended;   // EXTENDED_ARG holds the upper 16 bits of the argument
  bool is_target;  // of a jump
};

/// The instructions of co_code. Unset where they are cut short, or jumps lead elsewhere than to the
/// beginning of one: no compiler made those.
std::optional<std::vector<Instruction>> decode(ByteView code, const Opcodes& opcodes);

}  // namespace normalize::pyc
