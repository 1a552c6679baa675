#include "normalizers/package/mtree_words.h"

#include <algorithm>

namespace normalize::package {

std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t\r\n";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::string vis(std::string_view text) {
  constexpr std::string_view kSpecial = "\\#*?[=";
  std::string encoded;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code > ' ' && code < 0x7f && kSpecial.find(c) == std::string_view::npos) {
      encoded += c;
      continue;
    }
    encoded += '\\';
    for (const int shift : {6, 3, 0}) encoded += static_cast<char>('0' + (code >> shift & 7));
  }
  return encoded;
}

namespace {

/// The character that the text behind a backslash stands for; takes it off the text.
char take_encoded(std::string_view& text) {
  constexpr std::string_view kLetters = "abfnrstv0", kMeanings("\a\b\f\n\r \t\v\0", 9);
  constexpr int kMeta = 0x80, kControl = 0x40;
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  const auto take = [&](std::size_t count, int value) {
    text.remove_prefix(count);
    return static_cast<char>(value);
  };
  if (text.size() >= 3 && std::all_of(text.begin(), text.begin() + 3, is_octal))
    return take(3, (text[0] - '0') << 6 | (text[1] - '0') << 3 | (text[2] - '0'));
  if (text.size() >= 3 && text.starts_with("M-")) return take(3, text[2] | kMeta);
  if (text.size() >= 3 && text.starts_with("M^")) return take(3, (text[2] ^ kControl) | kMeta);
  if (text.size() >= 2 && text.starts_with('^')) return take(2, text[1] ^ kControl);
  const std::size_t letter = kLetters.find(text.front());
  return take(1, letter == std::string_view::npos ? text.front() : kMeanings[letter]);
}

}  // namespace

std::string unvis(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    plain += c == '\\' && !text.empty() ? take_encoded(text) : c;
  }
  return plain;
}

std::string algorithm_of(std::string_view keyword) {
  if (keyword.ends_with("digest")) keyword.remove_suffix(std::string_view("digest").size());
  if (keyword == "rmd160" || keyword == "ripemd160") return "ripemd160";
  for (const std::string_view known : {"md5", "sha1", "sha256", "sha384", "sha512"})
    if (keyword == known) return std::string(known);
  return {};
}

}  // namespace normalize::package
