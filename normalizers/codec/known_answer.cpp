#include "normalizers/codec/known_answer.h"

#include <array>

#include "normalizers/codec/recipes.h"
#include "normalizers/error.h"

namespace normalize {

Content known_question(std::size_t size) {
  static constexpr std::array<std::string_view, 8> kWords = {"the ", "same ", "bytes ", "again ",
                                                             "and ", "other", "ness ",  ".\n"};
  Bytes text;
  std::uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1'103'515'245 + 12'345;  // the linear congruential generator of ISO C's example
    const ByteView word = as_bytes(kWords[(state >> 16) % kWords.size()]);
    text.insert(text.end(), word.begin(), word.end());
  }
  return Content::own(std::move(text));
}

void refuse_to_pack(std::string_view library, std::string_view version,
                    std::string_view reference) {
  throw CodecError(std::string(library) + " " + std::string(version) + " does not pack as " +
                   std::string(reference) + " does, which canon " + std::to_string(kCanon) +
                   " was frozen with, so nothing is packed with it");
}

}  // namespace normalize
