#include "normalizers/pdf/lexer.h"

#include "normalizers/error.h"

namespace normalize::pdf {
namespace {

/// Unset where `word` is not a number of digits alone, or too large to be one of anything.
bool parse_integer(std::string_view word, std::uint64_t& value) {
  constexpr std::size_t kMostDigits = 18;
  if (word.empty() || word.size() > kMostDigits || !std::ranges::all_of(word, is_digit))
    return false;
  value = 0;
  for (const char c : word) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return true;
}

}  // namespace

bool is_space(char c) {
  return c == '\0' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

bool is_delimiter(char c) { return std::string_view("()<>[]{}/%").find(c) != std::string::npos; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hexadecimal_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void Work::spend(std::uint64_t steps) {
  if (steps > left_) throw LimitError("its objects ask for more work than the file is large");
  left_ -= steps;
}

Lexer::Lexer(ByteView bytes, std::size_t offset, Work& work)
    : bytes_(bytes), position_(offset), work_(work) {
  if (offset > bytes.size()) fail("stands behind the end");
}

void Lexer::fail(const std::string& problem) const { throw FormatError(position_, problem); }

std::string_view Lexer::text(const Token& token) const {
  return as_text(bytes_.subspan(token.span.offset, token.span.size));
}

/// Section 7.2.4: a comment is white space.
void Lexer::skip_space() {
  const std::size_t from = position_;
  for (bool comment = false; !at_end(); ++position_) {
    if (here() == '%') comment = true;
    if (here() == '\n' || here() == '\r') comment = false;
    if (!comment && !is_space(here())) break;
  }
  work_.spend(position_ - from);
}

/// Section 7.3.4.2: parentheses stand in pairs, or behind a backslash.
void Lexer::skip_literal() {
  std::uint64_t open = 0;
  for (; !at_end(); ++position_) {
    if (here() == '\\') {
      ++position_;
    } else if (here() == '(') {
      ++open;
    } else if (here() == ')' && --open == 0) {
      ++position_;
      return;
    }
  }
  position_ = bytes_.size();
  fail("a string has no end");
}

/// Section 7.3.4.3.
void Lexer::skip_hexadecimal() {
  for (++position_; !at_end(); ++position_) {
    if (here() == '>') {
      ++position_;
      return;
    }
    if (hexadecimal_digit(here()) < 0 && !is_space(here()))
      fail("no digit in a hexadecimal string");
  }
  fail("a hexadecimal string has no end");
}

Token::Kind Lexer::skip_regular() {
  const std::size_t start = position_;
  while (!at_end() && !is_space(here()) && !is_delimiter(here())) ++position_;
  if (position_ == start) fail("a character that begins nothing");
  return Token::Kind::keyword;
}

Token::Kind Lexer::skip_token() {
  const bool doubled = position_ + 1 < bytes_.size() && bytes_[position_ + 1] == bytes_[position_];
  switch (here()) {
    case '(':
      skip_literal();
      return Token::Kind::string;
    case '[':
      ++position_;
      return Token::Kind::array_begin;
    case ']':
      ++position_;
      return Token::Kind::array_end;
    case '<':
      if (!doubled) {
        skip_hexadecimal();
        return Token::Kind::hex_string;
      }
      position_ += 2;
      return Token::Kind::dictionary_begin;
    case '>':
      if (!doubled) fail("a lone >");
      position_ += 2;
      return Token::Kind::dictionary_end;
    case '/':
      ++position_;
      if (!at_end() && !is_space(here()) && !is_delimiter(here())) skip_regular();
      return Token::Kind::name;
    default:
      return skip_regular();
  }
}

Token Lexer::next() {
  skip_space();
  Token token{Token::Kind::end, {position_, 0}};
  if (!at_end()) token.kind = skip_token();
  token.span.size = position_ - token.span.offset;
  work_.spend(token.span.size + 1);
  if (token.kind == Token::Kind::keyword && parse_integer(text(token), token.integer))
    token.kind = Token::Kind::integer;
  return token;
}

Token Lexer::expect(std::string_view keyword) {
  const Token token = next();
  if (token.kind != Token::Kind::keyword || text(token) != keyword) {
    position_ = token.span.offset;
    fail("expected \"" + std::string(keyword) + "\"");
  }
  return token;
}

Token Lexer::integer(std::string_view what) {
  const Token token = next();
  if (token.kind != Token::Kind::integer) {
    position_ = token.span.offset;
    fail(std::string(what) + " is not a number");
  }
  return token;
}

bool Lexer::at_digit() {
  skip_space();
  return !at_end() && is_digit(here());
}

bool Lexer::at(std::string_view text) {
  skip_space();
  return as_text(bytes_.subspan(position_)).starts_with(text);
}

}  // namespace normalize::pdf
