#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace normalize {

/// A value of a rule file. What it refers to belongs to a RuleDocument, or is part of the program.
struct RuleNode {
  enum class Kind : std::uint8_t { table, array, text, number, truth, other };
  struct Place {
    std::uint32_t line = 0, column = 0;  // from 1
    bool operator==(const Place&) const = default;
  };

  Kind kind = Kind::other;
  Place begin, key_begin;
  std::string_view key;   // of a value in a table
  std::string_view text;  // of a table that is called "settings": itself as JSON
  std::int64_t number = 0;
  const RuleNode* first = nullptr;  // of a table's, sorted by their keys, or of an array's
  std::size_t count = 0;

  bool is_table() const { return kind == Kind::table; }
  bool is_array() const { return kind == Kind::array; }
  bool is_text() const { return kind == Kind::text; }
  std::span<const RuleNode> children() const { return {first, count}; }
};

}  // namespace normalize
