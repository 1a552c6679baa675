#pragma once

#include <vector>

#include "driver/store/delta/range_coder.h"

namespace normalize::store {

/// Codes the bytes of aligned runs, given the bytes that they are aligned with. Which bytes differ
/// is foretold by the two bytes of the reference before them: in machine code an address stands
/// behind few opcodes. Where nothing differs in 64 bytes, one bit says so.
///
/// `Coder` has `bool bit(Chance-weighted)`: see DifferenceWriter and DifferenceReader.
class DifferenceModel {
 public:
  DifferenceModel()
      : blocks_(256, kEvenChance),
        near_(kHistories << 8, kEvenChance),
        far_(kHistories << 16, kEvenChance),
        values_(512 << 8, kEvenChance) {}

  static constexpr std::size_t kBlock = 64;

  /// Codes `count` bytes, at most kBlock of them: `code(bit, chance)` gives the bit back, or the
  /// one that was read. `target` is written where `code` reads.
  template <typename Code, typename Target>
  void block(const std::byte* reference, std::size_t count, Target target, Code code) {
    Chance& none = blocks_[block_history_ & 255];
    bool differs = false;
    if constexpr (Target::kKnown) differs = !target.equals(reference, count);
    differs = code(differs, none);
    learn(none, differs, 5);
    block_history_ = block_history_ << 1 | (differs ? 1U : 0U);
    if (!differs) {
      history_ = 0;
      if (count > 0) remember(reference, count);
      target.copy(reference, count);
      return;
    }
    for (std::size_t i = 0; i < count; ++i) {
      std::uint8_t difference = 0;
      const auto old = std::to_integer<std::uint8_t>(reference[i]);
      if constexpr (Target::kKnown) difference = target.difference(i, old);
      target.set(i, old, byte(difference, code));
      behind_ = (behind_ << 8 | old) & 0xffff;
    }
  }

 private:
  static constexpr std::size_t kHistories = 8;  // which of the three bytes before differ

  void remember(const std::byte* reference, std::size_t count) {
    for (std::size_t i = count < 2 ? 0 : count - 2; i < count; ++i)
      behind_ = (behind_ << 8 | std::to_integer<std::uint32_t>(reference[i])) & 0xffff;
  }

  template <typename Code>
  std::uint8_t byte(std::uint8_t difference, Code code) {
    const std::uint32_t history = history_ & (kHistories - 1);
    Chance& near = near_[history << 8 | (behind_ & 0xff)];
    Chance& far = far_[history << 16 | behind_];
    const bool differs = code(difference != 0, (std::uint32_t{near} + far) >> 1);
    learn(near, differs, 5);
    learn(far, differs, 4);
    if (differs) difference = value(difference, code);
    history_ = history_ << 1 | (differs ? 1U : 0U);
    return difference;
  }

  /// By the difference before where that is the byte before.
  template <typename Code>
  std::uint8_t value(std::uint8_t difference, Code code) {
    Chance* const chances = &values_[std::size_t{(history_ & 1) ? 256U + last_ : 0U} << 8];
    std::uint32_t known = 1;
    for (int bit = 7; bit >= 0; --bit) {
      Chance& chance = chances[known];
      const bool one = code((difference >> bit & 1) != 0, chance);
      learn(chance, one, 4);
      known = known << 1 | (one ? 1U : 0U);
    }
    return last_ = static_cast<std::uint8_t>(known);
  }

  std::vector<Chance> blocks_, near_, far_, values_;
  std::uint32_t block_history_ = 0, history_ = 0;
  std::uint32_t behind_ = 0;  // the two bytes of the reference before
  std::uint8_t last_ = 0;     // the difference that was last
};

}  // namespace normalize::store
