#pragma once

#include <array>
#include <cstdint>

#include "normalizers/bytes/bytes.h"

namespace normalize {

/// BLAKE2 by RFC 7693, without a key: BLAKE2b of 512 bits with Word of 64, BLAKE2s of 256 with 32.
template <typename Word>
class Blake2 {
 public:
  Blake2();

  void add(ByteView bytes);
  /// Once, at the end.
  Bytes finish();

 private:
  /// Section 3.2: F, on the block that is full or the last.
  void compress(bool last);

  std::array<Word, 8> h_;
  std::array<std::byte, 16 * sizeof(Word)> block_{};
  std::size_t held_ = 0;     // of the block
  std::uint64_t count_ = 0;  // of bytes that were compressed
};

using Blake2b = Blake2<std::uint64_t>;
using Blake2s = Blake2<std::uint32_t>;

extern template class Blake2<std::uint64_t>;
extern template class Blake2<std::uint32_t>;

}  // namespace normalize
