#include "normalizers/pdf/object.h"

#include <array>

namespace normalize::pdf {
namespace {

constexpr std::size_t kMostDepth = 256;

constexpr std::array<std::string_view, 23> kNames{
    "CreationDate", "DecodeParms", "DocChecksum", "Columns", "Encrypt",   "Filter",
    "First",        "ID",          "Index",       "Info",    "Length",    "Linearized",
    "Metadata",     "ModDate",     "N",           "Prev",    "Predictor", "Root",
    "Size",         "Subtype",     "Type",        "W",       "XRefStm"};

/// The constant that `token` names; empty where it is none of ours.
std::string_view known_name(std::string_view token) {
  constexpr std::size_t kLongest = 3 * 16 + 1;
  if (token.size() > kLongest) return {};
  const auto* const found = std::ranges::find(kNames, name_text(token));
  return found == kNames.end() ? std::string_view() : *found;
}

/// What closes the array or dictionary that `token` opens; end where it opens none.
Token::Kind closer(const Token& token) {
  if (token.kind == Token::Kind::array_begin) return Token::Kind::array_end;
  if (token.kind == Token::Kind::dictionary_begin) return Token::Kind::dictionary_end;
  return Token::Kind::end;
}

/// Passes over what is left of an array or dictionary that `open` has begun.
void skip_nested(Lexer& in, const Token& open) {
  std::vector<Token::Kind> closers{closer(open)};
  while (!closers.empty()) {
    const Token token = in.next();
    if (token.kind == Token::Kind::end) in.fail("an array or a dictionary has no end");
    if (token.kind == closers.back()) {
      closers.pop_back();
    } else if (token.kind == Token::Kind::array_end || token.kind == Token::Kind::dictionary_end) {
      in.fail("brackets that do not match");
    } else if (closer(token) != Token::Kind::end) {
      if (closers.size() == kMostDepth) in.fail("arrays and dictionaries nested too deeply");
      closers.push_back(closer(token));
    }
  }
}

Value::Kind kind_of(const Token& token) {
  switch (token.kind) {
    case Token::Kind::integer:
      return Value::Kind::integer;
    case Token::Kind::string:
      return Value::Kind::string;
    case Token::Kind::hex_string:
      return Value::Kind::hex_string;
    case Token::Kind::name:
      return Value::Kind::name;
    case Token::Kind::array_begin:
      return Value::Kind::array;
    case Token::Kind::dictionary_begin:
      return Value::Kind::dictionary;
    default:
      return Value::Kind::other;
  }
}

/// Section 7.3.10: "12 0 R". `value` holds the first number; only digits are looked at again.
void complete_reference(Lexer& in, Value& value) {
  const std::size_t behind = in.position();
  if (in.at_digit() && in.next().kind == Token::Kind::integer) {
    const Token r = in.next();
    if (r.kind == Token::Kind::keyword && in.text(r) == "R") {
      value.kind = Value::Kind::reference;
      return;
    }
  }
  in.seek(behind);
}

Value value_from(Lexer& in, const Token& token) {
  Value value{kind_of(token), token.span, token.integer};
  switch (token.kind) {
    case Token::Kind::end:
    case Token::Kind::array_end:
    case Token::Kind::dictionary_end:
      in.fail("expected an object");
    case Token::Kind::array_begin:
    case Token::Kind::dictionary_begin:
      skip_nested(in, token);
      break;
    case Token::Kind::integer:
      complete_reference(in, value);
      break;
    default:
      break;
  }
  value.span.size = in.position() - value.span.offset;
  return value;
}

}  // namespace

const Value* Dictionary::find(std::string_view name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  return found == entries_.end() ? nullptr : &found->value;
}

Value read_value(Lexer& in) { return value_from(in, in.next()); }

Dictionary read_dictionary(Lexer& in) {
  if (in.next().kind != Token::Kind::dictionary_begin) in.fail("expected a dictionary");
  Dictionary dictionary;
  for (;;) {
    const Token key = in.next();
    if (key.kind == Token::Kind::dictionary_end) return dictionary;
    if (key.kind != Token::Kind::name) in.fail("a dictionary's key is not a name");
    const std::string_view name = known_name(in.text(key));
    const Value value = read_value(in);
    if (name.empty()) continue;
    if (dictionary.find(name)) in.fail(std::string(name) + " stands twice in a dictionary");
    dictionary.add(name, value);
  }
}

std::vector<Value> read_array(ByteView bytes, const Value& array, std::size_t most, Work& work) {
  Lexer in(bytes, array.span.offset, work);
  std::vector<Value> elements;
  in.next();
  for (Token token = in.next(); token.kind != Token::Kind::array_end; token = in.next()) {
    if (elements.size() == most) in.fail("an array has too many elements");
    elements.push_back(value_from(in, token));
  }
  return elements;
}

std::string name_text(std::string_view token) {
  std::string name;
  for (std::size_t i = 1; i < token.size(); ++i) {
    const int high = token[i] == '#' && i + 2 < token.size() ? hexadecimal_digit(token[i + 1]) : -1;
    const int low = high >= 0 ? hexadecimal_digit(token[i + 2]) : -1;
    name += low >= 0 ? static_cast<char>(high * 16 + low) : token[i];
    if (low >= 0) i += 2;
  }
  return name;
}

}  // namespace normalize::pdf
