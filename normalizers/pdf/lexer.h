#pragma once

#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

namespace normalize::pdf {

/// How much work one file may ask for. Objects of a hostile file may overlap in any number of ways;
/// what is read of them is counted, so that the whole stays linear.
class Work {
 public:
  explicit Work(std::uint64_t left) : left_(left) {}
  /// Throws LimitError when that is more than is left.
  void spend(std::uint64_t steps);

 private:
  std::uint64_t left_;
};

/// Where a token or object stands.
struct Span {
  std::size_t offset = 0, size = 0;
  std::size_t end() const { return offset + size; }
  friend bool operator==(const Span&, const Span&) = default;
};

struct Token {
  enum class Kind {
    end,
    integer,  // not negative, below 2^63
    keyword,  // a real or negative number too
    string,
    hex_string,
    name,
    array_begin,
    array_end,
    dictionary_begin,
    dictionary_end,
  };
  Kind kind;
  Span span;
  std::uint64_t integer = 0;
};

/// Takes PDF apart into tokens: ISO 32000-2 section 7.2. Throws FormatError at what is none.
class Lexer {
 public:
  /// `work` outlives the lexer.
  Lexer(ByteView bytes, std::size_t offset, Work& work);

  Token next();
  /// The next token, which has to be `keyword`.
  Token expect(std::string_view keyword);
  /// The next token, which has to be a number that is not negative.
  Token integer(std::string_view what);
  /// Whether behind spaces and comments begins a digit; stands in front of it then.
  bool at_digit();
  /// Whether behind spaces and comments begins `text`, likewise.
  bool at(std::string_view text);

  std::string_view text(const Token& token) const;
  ByteView bytes() const { return bytes_; }
  std::size_t position() const { return position_; }
  void seek(std::size_t position) { position_ = position; }
  Work& work() { return work_; }

  [[noreturn]] void fail(const std::string& problem) const;

 private:
  bool at_end() const { return position_ >= bytes_.size(); }
  char here() const { return static_cast<char>(bytes_[position_]); }
  void skip_space();
  void skip_literal();
  void skip_hexadecimal();
  Token::Kind skip_token();
  Token::Kind skip_regular();

  ByteView bytes_;
  std::size_t position_;
  Work& work_;
};

/// Section 7.2.3: white space, and the characters that end a word.
bool is_space(char c);
bool is_delimiter(char c);
bool is_digit(char c);
/// The value of a hexadecimal digit; -1 where it is none.
int hexadecimal_digit(char c);

}  // namespace normalize::pdf
