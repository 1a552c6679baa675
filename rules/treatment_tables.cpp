#include "rules/treatment_tables.h"

namespace normalize {
namespace {

Reach reach_of(TomlTable& table) {
  Reach reach;
  if (const auto bytes = table.number("first_bytes", 1)) reach.bytes = *bytes;
  if (const auto lines = table.number("first_lines", 1)) reach.lines = *lines;
  return reach;
}

}  // namespace

template <typename T>
T TreatmentTables::at_key(const TomlTable& table, std::string_view key, T checked) const try {
  if (checks_ == Checks::now) checked.check();
  return checked;
} catch (const ExpressionError& error) {
  table.reject_key(key, error.what());
}

Expression TreatmentTables::expression(TomlTable& table, std::string_view key, Lines lines) const {
  return at_key(table, key, Expression(table.required_text(key), lines));
}

Replacing TreatmentTables::replacing(TomlTable table) const {
  const Lines lines = table.flag("across_lines") ? Lines::several : Lines::one;
  const Expression find = expression(table, "find", lines);
  const auto with = table.text("with");
  if (!with) table.reject_key("with", "has to be said");
  const auto group_of = [find](std::string_view name) { return find.group(name); };
  Replacing result{find, at_key(table, "with", Template(*with, group_of)), reach_of(table),
                   table.flag("same_length")};
  table.finish();
  return result;
}

std::vector<Replacing> TreatmentTables::replace() const {
  std::vector<Replacing> all;
  for (TomlTable& table : rule_.tables("replace")) all.push_back(replacing(table));
  return all;
}

/// Lists of tables, and texts that stand for a table with `find` alone.
std::vector<DroppingLines> TreatmentTables::drop_lines() const {
  std::vector<DroppingLines> all;
  const RuleNode* node = rule_.find("drop_lines");
  const bool is_list = node && node->is_array() && node->count > 0;
  if (node && (is_list ? node->first : node)->is_text()) {
    for (const std::string& text : rule_.texts("drop_lines"))
      all.push_back({at_key(rule_, "drop_lines", Expression(text)), {}});
    return all;
  }
  for (TomlTable& table : rule_.tables("drop_lines")) {
    all.push_back({expression(table, "find"), reach_of(table)});
    table.finish();
  }
  return all;
}

std::optional<SortingLines> TreatmentTables::sort_lines() const {
  const RuleNode* node = rule_.find("sort_lines");
  if (!node) return std::nullopt;
  SortingLines sorting;
  if (node->kind == RuleNode::Kind::truth)
    return rule_.flag("sort_lines") ? std::optional(sorting) : std::nullopt;
  for (TomlTable& table : rule_.tables("sort_lines")) {
    if (table.has("find")) sorting.find = expression(table, "find");
    sorting.skip = table.number("skip", 0).value_or(0);
    table.finish();
  }
  return sorting;
}

std::vector<SettingKey> TreatmentTables::set_key() const {
  std::vector<SettingKey> all;
  const RuleNode* node = rule_.find("set_key");
  if (!node) return all;
  if (!node->is_table()) rule_.reject_key("set_key", "expected { key = \"value\" }");
  TomlTable table(*node, rule_.file());
  const auto group_of = [](std::string_view name) {
    return name == "value" || name == "0" ? 0 : -1;
  };
  for (const RuleNode& value : node->children()) {
    const auto text = table.text(value.key);
    all.push_back({std::string(value.key), at_key(table, value.key, Template(*text, group_of))});
  }
  return all;
}

}  // namespace normalize
