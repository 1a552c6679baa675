// The byte code of CPython 2.6 to 3.3, after Include/opcode.h and Lib/opcode.py.

#include "normalizers/pyc/instructions.h"

#include <algorithm>

namespace normalize::pyc {
namespace {

constexpr std::uint8_t kHaveArgument = 90;
constexpr std::uint8_t kForIter = 93, kJumpForward = 110, kJumpIfFalse = 111, kJumpIfTrue = 112,
                       kJumpAbsolute = 113, kPopJumpIfFalse = 114, kPopJumpIfTrue = 115,
                       kContinueLoop = 119, kSetupLoop = 120, kSetupFinally = 122, kSetupWith = 143;

bool jumps_relative(std::uint8_t opcode, const Opcodes& opcodes) {
  switch (opcode) {
    case kForIter:
    case kJumpForward:
      return true;
    case kJumpIfFalse:
    case kJumpIfTrue:
      return opcodes.conditions_relative;
    case kSetupWith:
      return opcodes.has_setup_with;
    default:
      return opcode >= kSetupLoop && opcode <= kSetupFinally;
  }
}

bool jumps_absolute(std::uint8_t opcode, const Opcodes& opcodes) {
  switch (opcode) {
    case kJumpIfFalse:
    case kJumpIfTrue:
    case kPopJumpIfFalse:
    case kPopJumpIfTrue:
      return !opcodes.conditions_relative;
    default:
      return opcode == kJumpAbsolute || opcode == kContinueLoop;
  }
}

class Decoder {
 public:
  Decoder(ByteView code, const Opcodes& opcodes) : code_(code), opcodes_(opcodes) {}

  std::optional<std::vector<Instruction>> run() {
    while (at_ < code_.size())
      if (!take_instruction()) return std::nullopt;
    if (!mark_targets()) return std::nullopt;
    return std::move(instructions_);
  }

 private:
  std::uint8_t byte(std::size_t at) const { return std::to_integer<std::uint8_t>(code_[at]); }

  bool has_argument_at(std::size_t at) const {
    return at + 2 < code_.size() && byte(at) >= kHaveArgument;
  }

  std::uint32_t argument_at(std::size_t at) const {
    return byte(at + 1) | static_cast<std::uint32_t>(byte(at + 2)) << 8;
  }

  bool take_instruction() {
    Instruction next{static_cast<std::uint32_t>(at_), 0, byte(at_), false, false};
    if (next.opcode == opcodes_.extended_arg) {
      if (!has_argument_at(at_) || !has_argument_at(at_ + 3)) return false;
      next.argument = argument_at(at_) << 16;
      next.extended = true;
      at_ += 3;
      next.opcode = byte(at_);
      if (next.opcode == opcodes_.extended_arg) return false;  // there are 32 bits and no more
    }
    if (next.opcode >= kHaveArgument) {
      if (!has_argument_at(at_)) return false;
      next.argument |= argument_at(at_);
      at_ += 2;
    }
    ++at_;
    ends_.push_back(static_cast<std::uint32_t>(at_));
    instructions_.push_back(next);
    return true;
  }

  bool mark_targets() {
    for (std::size_t i = 0; i < instructions_.size(); ++i) {
      const Instruction& jump = instructions_[i];
      if (jumps_relative(jump.opcode, opcodes_)) {
        if (!mark(std::uint64_t{ends_[i]} + jump.argument)) return false;
      } else if (jumps_absolute(jump.opcode, opcodes_)) {
        if (!mark(jump.argument)) return false;
      }
    }
    return true;
  }

  bool mark(std::uint64_t offset) {
    const auto target = std::ranges::lower_bound(instructions_, offset, {}, &Instruction::offset);
    if (target == instructions_.end() || target->offset != offset) return false;
    target->is_target = true;
    return true;
  }

  ByteView code_;
  const Opcodes& opcodes_;
  std::size_t at_ = 0;
  std::vector<Instruction> instructions_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace

std::optional<std::vector<Instruction>> decode(ByteView code, const Opcodes& opcodes) {
  return Decoder(code, opcodes).run();
}

}  // namespace normalize::pyc
