#include "normalizers/pdf/string.h"

namespace normalize::pdf {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUtf16Mark = "\xfe\xff";
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";
constexpr std::string_view kEscapes = "nrtbf()\\", kEscaped = "\n\r\t\b\f()\\";
constexpr std::string_view kDigits = "0123456789abcdef", kCapitals = "0123456789ABCDEF";

bool is_octal(char c) { return c >= '0' && c <= '7'; }

std::size_t mark_bytes(ByteView string) {
  if (starts_with(string, kUtf16Mark)) return kUtf16Mark.size();
  if (starts_with(string, kUtf8Mark)) return kUtf8Mark.size();
  return 0;
}

bool is_utf16(ByteView string) { return starts_with(string, kUtf16Mark); }

}  // namespace

StringToken::StringToken(ByteView token) : token_(as_text(token)) {
  if (token_.starts_with('('))
    read_literal();
  else
    read_hexadecimal();
}

void StringToken::add(char byte, std::size_t offset, std::size_t size) {
  bytes_.push_back(static_cast<std::byte>(byte));
  places_.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)});
}

/// Section 7.3.4.2, table 3. Stands on a backslash; leaves `at` behind what it escapes.
void StringToken::read_escape(std::size_t& at) {
  const std::size_t from = at++;
  unsigned octal = 0;
  std::size_t digits = 0;
  for (; digits < 3 && is_octal(token_[at]); ++digits)
    octal = octal * 8 + static_cast<unsigned>(token_[at++] - '0');
  if (digits > 0) return add(static_cast<char>(octal & 0xff), from, at - from);

  const char c = token_[at++];
  if (c == '\r' && token_[at] == '\n') ++at;
  if (c == '\r' || c == '\n') return;  // a line that goes on
  const std::size_t known = kEscapes.find(c);
  add(known == kEscapes.npos ? c : kEscaped[known], from, 2);
}

/// The token ends with a parenthesis that nothing escapes, so there is always a character behind.
void StringToken::read_literal() {
  for (std::size_t at = 1; at + 1 < token_.size();) {
    if (token_[at] == '\\') {
      read_escape(at);
    } else {
      add(token_[at], at, 1);
      ++at;
    }
  }
}

void StringToken::read_hexadecimal() {
  int high = -1;
  std::size_t high_at = 0;
  for (std::size_t at = 1; at + 1 < token_.size(); ++at) {
    const int digit = hexadecimal_digit(token_[at]);
    if (digit < 0) continue;
    capitals_ = capitals_ || (token_[at] >= 'A' && token_[at] <= 'F');
    if (high < 0) {
      high = digit;
      high_at = at;
    } else {
      add(static_cast<char>(high * 16 + digit), high_at, at - high_at + 1);
      high = -1;
    }
  }
  if (high >= 0) add(static_cast<char>(high * 16), high_at, 1);  // section 7.3.4.3: a 0 is missing
}

bool StringToken::write(Bytes& token, Place place, std::byte byte) const {
  const auto put = [&](std::size_t at, char c) { token[place.offset + at] = std::byte(c); };
  const auto value = std::to_integer<unsigned>(byte);
  if (token_.front() == '<') {
    if (place.size < 2) return false;
    const std::string_view digits = capitals_ ? kCapitals : kDigits;
    put(0, digits[value / 16]);
    put(place.size - 1, digits[value % 16]);
    return true;
  }
  const char c = static_cast<char>(byte);
  if (place.size == 1 && c != '(' && c != ')' && c != '\\' && c != '\r') {
    put(0, c);
    return true;
  }
  if (place.size != 4) return false;
  put(1, kDigits[value / 64]);
  put(2, kDigits[value / 8 % 8]);
  put(3, kDigits[value % 8]);
  return true;
}

std::optional<Bytes> StringToken::with(ByteView bytes) const {
  if (bytes.size() != bytes_.size()) return std::nullopt;
  const ByteView before = as_bytes(token_);
  Bytes token(before.begin(), before.end());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    if (bytes[i] != bytes_[i] && !write(token, places_[i], bytes[i])) return std::nullopt;
  return token;
}

std::optional<std::string> ascii_text(ByteView string) {
  const bool wide = is_utf16(string);
  const ByteView units = string.subspan(mark_bytes(string));
  if (wide && units.size() % 2 != 0) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const char c = static_cast<char>(units[i]);
    const bool high = wide && i % 2 == 0;
    if (high ? c != '\0' : c < ' ' || c > '~') return std::nullopt;
    if (!high) text += c;
  }
  return text;
}

Bytes with_ascii_text(ByteView string, std::string_view text) {
  const ByteView mark = string.first(mark_bytes(string));
  Bytes bytes(mark.begin(), mark.end());
  for (const char c : text) {
    if (is_utf16(string)) bytes.push_back(std::byte{0});
    bytes.push_back(static_cast<std::byte>(c));
  }
  return bytes;
}

}  // namespace normalize::pdf
