#include "driver/report/escape.h"

#include <cstdio>

namespace normalize {
namespace {

unsigned char at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

bool continues(std::string_view text, std::size_t index, unsigned char low = 0x80,
               unsigned char high = 0xbf) {
  return index < text.size() && at(text, index) >= low && at(text, index) <= high;
}

void append_hex(std::string& out, unsigned char byte) {
  char text[5];
  std::snprintf(text, sizeof text, "\\x%02x", byte);
  out += text;
}

/// C0 and C1 controls and DEL: what a terminal might act on.
bool is_control(std::string_view sequence) {
  if (sequence.size() == 1) return at(sequence, 0) < 0x20 || at(sequence, 0) == 0x7f;
  return sequence.size() == 2 && at(sequence, 0) == 0xc2 && at(sequence, 1) < 0xa0;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned char first = at(text, 0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(text, 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned char low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : 0xbf;
    return continues(text, 1, low, high) && continues(text, 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned char low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xf4 ? 0x8f : 0xbf;
    return continues(text, 1, low, high) && continues(text, 2) && continues(text, 3) ? 4 : 0;
  }
  return 0;
}

std::string escape(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  while (!name.empty()) {
    const std::size_t length = utf8_sequence(name);
    const std::string_view sequence = name.substr(0, length == 0 ? 1 : length);
    name.remove_prefix(sequence.size());
    if (sequence == "\n")
      out += "\\n";
    else if (sequence == "\t")
      out += "\\t";
    else if (sequence == "\\")
      out += "\\\\";
    else if (length == 0 || is_control(sequence))
      for (std::size_t i = 0; i < sequence.size(); ++i) append_hex(out, at(sequence, i));
    else
      out += sequence;
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace normalize
