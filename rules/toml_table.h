#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_file.h"
#include "rules/rule_node.h"

namespace normalize {

/// "FILE:LINE:COLUMN"
std::string place_in(const std::string& file, RuleNode::Place place);

/// Throws RuleFileError for a place in `file`.
[[noreturn]] void reject(const std::string& file, RuleNode::Place place,
                         const std::string& problem);

/// One table of a rule file, read key by key. Every function throws RuleFileError where the value
/// is of another kind; an absent key gives an unset or empty value.
class TomlTable {
 public:
  TomlTable(const RuleNode& table, const std::string& file) : table_(table), file_(file) {}

  bool has(std::string_view key) { return find(key) != nullptr; }
  std::optional<std::string> text(std::string_view key);
  std::string required_text(std::string_view key);
  bool flag(std::string_view key);
  /// From `least` up.
  std::optional<std::size_t> number(std::string_view key, std::size_t least);
  /// One text, or several.
  std::vector<std::string> texts(std::string_view key);
  /// The node itself; null where there is none.
  const RuleNode* find(std::string_view key);
  /// One table, or several.
  std::vector<TomlTable> tables(std::string_view key);

  /// Throws RuleFileError where there is a key that nobody has asked for.
  void finish() const;
  [[noreturn]] void reject_key(std::string_view key, const std::string& problem) const;
  const RuleNode& table() const { return table_; }
  const std::string& file() const { return file_; }

 private:
  const RuleNode& table_;
  const std::string& file_;
  std::vector<const RuleNode*> asked_;
};

/// A scalar as it would stand on the command line.
std::string text_of(const RuleNode& node, const std::string& file);

}  // namespace normalize
