#include "rules/toml_table.h"

#include <algorithm>

namespace normalize {
namespace {

using Kind = RuleNode::Kind;

const RuleNode* child_of(const RuleNode& table, std::string_view key) {
  const auto children = table.children();
  const auto found = std::ranges::find(children, key, &RuleNode::key);
  return found == children.end() ? nullptr : &*found;
}

}  // namespace

std::string place_in(const std::string& file, RuleNode::Place place) {
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

void reject(const std::string& file, RuleNode::Place place, const std::string& problem) {
  throw RuleFileError(place_in(file, place) + ": " + problem);
}

void TomlTable::reject_key(std::string_view key, const std::string& problem) const {
  const RuleNode* node = child_of(table_, key);
  reject(file_, (node ? *node : table_).begin, std::string(key) + ": " + problem);
}

const RuleNode* TomlTable::find(std::string_view key) {
  const RuleNode* const node = child_of(table_, key);
  if (node) asked_.push_back(node);
  return node;
}

std::optional<std::string> TomlTable::text(std::string_view key) {
  const RuleNode* node = find(key);
  if (!node) return std::nullopt;
  if (!node->is_text()) reject_key(key, "expected a text in quotes");
  return std::string(node->text);
}

std::string TomlTable::required_text(std::string_view key) {
  auto value = text(key);
  if (!value || value->empty()) reject_key(key, "has to be said");
  return *value;
}

bool TomlTable::flag(std::string_view key) {
  const RuleNode* node = find(key);
  if (!node) return false;
  if (node->kind != Kind::truth) reject_key(key, "expected true or false");
  return node->number != 0;
}

std::optional<std::size_t> TomlTable::number(std::string_view key, std::size_t least) {
  const RuleNode* node = find(key);
  if (!node) return std::nullopt;
  if (node->kind != Kind::number || node->number < static_cast<std::int64_t>(least))
    reject_key(key, "expected a whole number from " + std::to_string(least) + " up");
  return static_cast<std::size_t>(node->number);
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  const RuleNode* node = find(key);
  if (!node) return {};
  if (node->is_text()) return {std::string(node->text)};
  if (!node->is_array() || node->count == 0)
    reject_key(key, "expected a text in quotes, or a list of them");
  std::vector<std::string> values;
  for (const RuleNode& value : node->children()) {
    if (!value.is_text()) reject(file_, value.begin, std::string(key) + ": expected texts");
    values.emplace_back(value.text);
  }
  return values;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  const RuleNode* node = find(key);
  if (!node) return {};
  if (node->is_table()) return {TomlTable(*node, file_)};
  if (!node->is_array()) reject_key(key, "expected a table, or several");
  std::vector<TomlTable> all;
  for (const RuleNode& each : node->children()) {
    if (!each.is_table()) reject(file_, each.begin, std::string(key) + ": expected tables");
    all.emplace_back(each, file_);
  }
  return all;
}

void TomlTable::finish() const {
  for (const RuleNode& node : table_.children())
    if (std::ranges::find(asked_, &node) == asked_.end())
      reject(file_, node.key_begin, "\"" + std::string(node.key) + "\" is not known here");
}

std::string text_of(const RuleNode& node, const std::string& file) {
  if (node.is_text()) return std::string(node.text);
  if (node.kind == Kind::number) return std::to_string(node.number);
  if (node.kind == Kind::truth) return node.number != 0 ? "true" : "false";
  reject(file, node.begin, "expected a text, a whole number, true or false");
}

}  // namespace normalize
