#pragma once

#include "tests/support/bytes.h"

namespace normalize::test {

/// `size` bytes of text that every packer finds something in: words in an order of no period.
inline Bytes words(std::size_t size) {
  std::string text;
  for (unsigned state = 7; text.size() < size; state = state * 1'103'515'245 + 12'345)
    text += "word" + std::to_string(state >> 20);
  text.resize(size);
  return bytes(text);
}

}  // namespace normalize::test
