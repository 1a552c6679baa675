#pragma once

#include <vector>

#include "normalizers/pdf/lexer.h"

namespace normalize::pdf {

/// An object as it stands (section 7.3), told as far as it takes to find those we look for.
struct Value {
  enum class Kind { other, integer, reference, string, hex_string, name, array, dictionary };
  Kind kind = Kind::other;
  Span span;
  std::uint64_t integer = 0;  // of an integer; of a reference, the object number

  bool is_string() const { return kind == Kind::string || kind == Kind::hex_string; }
};

/// The entries of a dictionary that we know by name; the others are passed over.
class Dictionary {
 public:
  /// Null where there is none.
  const Value* find(std::string_view name) const;
  void add(std::string_view name, const Value& value) { entries_.push_back({name, value}); }

 private:
  struct Entry {
    std::string_view name;
    Value value;
  };
  std::vector<Entry> entries_;
};

/// The next object. Throws FormatError where there is none, or where it is nested too deeply.
Value read_value(Lexer& in);

/// Throws FormatError where the next object is no dictionary, or has one of our names twice.
Dictionary read_dictionary(Lexer& in);

/// The elements of an array that stands at `array`; more than `most` are a FormatError.
std::vector<Value> read_array(ByteView bytes, const Value& array, std::size_t most, Work& work);

/// A name as it is meant: without its slash, "#41" for "A" resolved.
std::string name_text(std::string_view token);

}  // namespace normalize::pdf
