#include "rules/toml_table.h"

namespace normalize {

std::string place_in(const std::string& file, const toml::source_region& place) {
  return file + ":" + std::to_string(place.begin.line) + ":" + std::to_string(place.begin.column);
}

void reject(const std::string& file, const toml::source_region& place, const std::string& problem) {
  throw RuleFileError(place_in(file, place) + ": " + problem);
}

void TomlTable::reject_key(std::string_view key, const std::string& problem) const {
  const toml::node* node = table_.get(key);
  reject(file_, node ? node->source() : table_.source(), std::string(key) + ": " + problem);
}

const toml::node* TomlTable::find(std::string_view key) {
  asked_.emplace(key);
  return table_.get(key);
}

std::optional<std::string> TomlTable::text(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  if (!node->is_string()) reject_key(key, "expected a text in quotes");
  return node->as_string()->get();
}

std::string TomlTable::required_text(std::string_view key) {
  auto value = text(key);
  if (!value || value->empty()) reject_key(key, "has to be said");
  return *value;
}

bool TomlTable::flag(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return false;
  if (!node->is_boolean()) reject_key(key, "expected true or false");
  return node->as_boolean()->get();
}

std::optional<std::size_t> TomlTable::number(std::string_view key, std::size_t least) {
  const toml::node* node = find(key);
  if (!node) return std::nullopt;
  const auto* integer = node->as_integer();
  if (!integer || integer->get() < static_cast<std::int64_t>(least))
    reject_key(key, "expected a whole number from " + std::to_string(least) + " up");
  return static_cast<std::size_t>(integer->get());
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return {};
  if (node->is_string()) return {node->as_string()->get()};
  const toml::array* array = node->as_array();
  if (!array || array->empty()) reject_key(key, "expected a text in quotes, or a list of them");
  std::vector<std::string> values;
  for (const toml::node& value : *array) {
    if (!value.is_string()) reject(file_, value.source(), std::string(key) + ": expected texts");
    values.push_back(value.as_string()->get());
  }
  return values;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  const toml::node* node = find(key);
  if (!node) return {};
  if (node->is_table()) return {TomlTable(*node->as_table(), file_)};
  const toml::array* array = node->as_array();
  if (!array) reject_key(key, "expected a table, or several");
  std::vector<TomlTable> all;
  for (const toml::node& each : *array) {
    if (!each.is_table()) reject(file_, each.source(), std::string(key) + ": expected tables");
    all.emplace_back(*each.as_table(), file_);
  }
  return all;
}

void TomlTable::finish() const {
  for (const auto& [key, node] : table_)
    if (!asked_.contains(key.str()))
      reject(file_, key.source(), "\"" + std::string(key.str()) + "\" is not known here");
}

std::string text_of(const toml::node& node, const std::string& file) {
  if (node.is_string()) return node.as_string()->get();
  if (node.is_integer()) return std::to_string(node.as_integer()->get());
  if (node.is_boolean()) return node.as_boolean()->get() ? "true" : "false";
  reject(file, node.source(), "expected a text, a whole number, true or false");
}

}  // namespace normalize
