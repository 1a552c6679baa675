// PDF: the two strings of a trailer's /ID (ISO 32000-1 section 14.4), in hexadecimal digits, which
// programs draw from the clock and the file's name.

#include <string>

#include "normalizers/perturb/shake.h"

namespace normalize::perturb {
namespace {

constexpr std::string_view kSpaces{" \t\r\n\f\0", 6}, kDigits = "0123456789abcdefABCDEF";

/// Passes over `wanted` behind white space. Answers whether it was there.
bool pass(std::string_view text, std::size_t& at, char wanted) {
  at = std::min(text.find_first_not_of(kSpaces, at), text.size());
  return at < text.size() && text[at++] == wanted;
}

void shake_string(std::string& text, std::size_t& at, NoiseSource& numbers) {
  if (!pass(text, at, '<')) return;
  const std::size_t end = text.find_first_not_of(kDigits, at);
  if (end == std::string::npos || text[end] != '>') return;
  for (; at < end; ++at) text[at] = kDigits[numbers.below(16)];
  ++at;
}

}  // namespace

Content shake_pdf(ByteView file, Shaker& shaker) {
  constexpr std::string_view kId = "/ID";
  std::string text(as_text(file));
  for (std::size_t at = 0; (at = text.find(kId, at)) != std::string::npos;) {
    at += kId.size();
    std::size_t inside = at;
    if (!pass(text, inside, '[')) continue;
    shake_string(text, inside, shaker.numbers);
    shake_string(text, inside, shaker.numbers);
  }
  return Content::own(Buffer(as_bytes(text)));
}

}  // namespace normalize::perturb
