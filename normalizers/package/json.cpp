#include "normalizers/package/json.h"

#include <algorithm>
#include <vector>

#include "normalizers/error.h"

namespace normalize::package {
namespace {

constexpr std::size_t kDeepest = 64;
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  JsonReader(std::string_view text, const JsonVisitor& visit) : text_(text), visit_(visit) {}

  void read() {
    do read_start();
    while (pass_ends());
    if (skip_space() != '\0' || at_ != text_.size()) fail("text behind the value");
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const {
    throw FormatError(at_, "JSON: " + problem);
  }

  /// The character at hand; NUL at the end, and where there is one.
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  char skip_space() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    return peek();
  }
  void expect(char c) {
    if (skip_space() != c) fail(std::string("no '") + c + "' where one has to be");
    ++at_;
  }

  /// Goes down to the next value that holds no other, or to the end of an empty one.
  void read_start() {
    for (char c = skip_space(); c == '{' || c == '['; c = skip_space()) {
      if (path_.size() == kDeepest) fail("nested too deep");
      ++at_;
      is_object_.push_back(c == '{');
      path_.emplace_back();
      if (skip_space() == (c == '{' ? '}' : ']')) return;
      if (c == '{') read_key();
    }
    const std::size_t start = at_;
    read_scalar();
    visit_(path_, text_.substr(start, at_ - start));
  }

  /// Goes up past what ends here. Returns whether a further value follows.
  bool pass_ends() {
    while (!is_object_.empty()) {
      const char c = skip_space();
      const bool object = is_object_.back();
      if (c == ',') {
        ++at_;
        if (object) read_key();
        return true;
      }
      expect(object ? '}' : ']');
      is_object_.pop_back();
      path_.pop_back();
    }
    return false;
  }

  void read_key() {
    skip_space();
    const std::size_t start = at_;
    read_string();
    path_.back() = json_string(text_.substr(start, at_ - start)).value();
    expect(':');
  }

  void read_scalar() {
    const char c = peek();
    if (c == '"') return read_string();
    if (c == '-' || is_digit(c)) return read_number();
    for (const std::string_view word : {"true", "false", "null"})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return;
      }
    fail("no value where one has to be");
  }

  void read_string() {
    if (peek() != '"') fail("no string where one has to be");
    for (++at_; peek() != '"'; ++at_) {
      if (static_cast<unsigned char>(peek()) < 0x20) fail("a string does not end");
      if (peek() == '\\') read_escape();
    }
    ++at_;
  }

  void read_escape() {
    ++at_;
    // RFC 8259 section 7, and \v, which libucl writes.
    if (std::string_view("\"\\/bfnrtv").find(peek()) != std::string_view::npos) return;
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    if (peek() != 'u' || digits.size() < 4 ||
        digits.find_first_not_of(kHexDigits) != std::string_view::npos)
      fail("an unknown escape");
    at_ += 4;
  }

  void read_number() {
    if (peek() == '-') ++at_;
    read_digits();
    if (peek() == '.') {
      ++at_;
      read_digits();
    }
    if (peek() != 'e' && peek() != 'E') return;
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    read_digits();
  }

  void read_digits() {
    if (!is_digit(peek())) fail("a number without digits");
    while (is_digit(peek())) ++at_;
  }

  const std::string_view text_;
  const JsonVisitor& visit_;
  std::size_t at_ = 0;
  std::vector<bool> is_object_;    // of what is open, the outermost first
  std::vector<std::string> path_;  // a key for each
};

void append_utf8(std::string& text, unsigned code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    text += static_cast<char>(0x80 | (code & 0x3f));
  }
}

/// The four digits behind "\u".
unsigned code_unit(std::string_view digits) {
  return static_cast<unsigned>(std::stoul(std::string(digits.substr(0, 4)), nullptr, 16));
}

/// What "\uXXXX" at the front of `text` stands for, or two of them where they are surrogates of one
/// code point (RFC 8259 section 7); takes it off.
unsigned take_code_point(std::string_view& text) {
  const unsigned high = code_unit(text.substr(2));
  text.remove_prefix(6);
  if (high < 0xd800 || high > 0xdbff || !text.starts_with("\\u")) return high;
  const unsigned low = code_unit(text.substr(2));
  if (low < 0xdc00 || low > 0xdfff) return high;
  text.remove_prefix(6);
  return 0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00));
}

}  // namespace

void read_json(std::string_view text, const JsonVisitor& visit) { JsonReader(text, visit).read(); }

std::optional<std::string> json_string(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return std::nullopt;
  value = value.substr(1, value.size() - 2);
  constexpr std::string_view kEscapes = "bfnrtv", kMeanings = "\b\f\n\r\t\v";
  std::string text;
  while (!value.empty()) {
    if (value.starts_with("\\u")) {
      append_utf8(text, take_code_point(value));
    } else if (value.front() != '\\') {
      text += value.front();
      value.remove_prefix(1);
    } else {
      const std::size_t place = kEscapes.find(value[1]);
      text += place == kEscapes.npos ? value[1] : kMeanings[place];
      value.remove_prefix(2);
    }
  }
  return text;
}

}  // namespace normalize::package
