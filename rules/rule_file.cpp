// TOML 1.0 by toml++; what keys mean is told in README.md.

#include "rules/rule_file.h"

#include <algorithm>
#include <sstream>

#include "rules/glob.h"
#include "rules/option_words.h"
#include "rules/toml_table.h"

namespace normalize {
namespace {

/// Makes an error of an expression one of a place in a file.
template <typename Make>
auto at_key(const TomlTable& table, std::string_view key, Make make) try {
  return make();
} catch (const ExpressionError& error) {
  table.reject_key(key, error.what());
}

Expression expression(TomlTable& table, std::string_view key, Lines lines = Lines::one) {
  const std::string text = table.required_text(key);
  return at_key(table, key, [&] { return Expression(text, lines); });
}

Reach reach_of(TomlTable& table) {
  Reach reach;
  if (const auto bytes = table.number("first_bytes", 1)) reach.bytes = *bytes;
  if (const auto lines = table.number("first_lines", 1)) reach.lines = *lines;
  return reach;
}

Replacing replacing(TomlTable table) {
  const Lines lines = table.flag("across_lines") ? Lines::several : Lines::one;
  const Expression find = expression(table, "find", lines);
  const auto with = table.text("with");
  if (!with) table.reject_key("with", "has to be said");
  const auto group_of = [&](std::string_view name) { return find.group(name); };
  Replacing result{find, at_key(table, "with", [&] { return Template::parse(*with, group_of); }),
                   reach_of(table), table.flag("same_length")};
  table.finish();
  return result;
}

/// Lists of tables, and texts that stand for a table with `find` alone.
std::vector<DroppingLines> dropping_lines(TomlTable& rule) {
  std::vector<DroppingLines> all;
  const toml::node* node = rule.find("drop_lines");
  const toml::array* array = node ? node->as_array() : nullptr;
  if (node && (node->is_string() || (array && !array->empty() && array->get(0)->is_string()))) {
    for (const std::string& text : rule.texts("drop_lines"))
      all.push_back({at_key(rule, "drop_lines", [&] { return Expression(text); }), {}});
    return all;
  }
  for (TomlTable& table : rule.tables("drop_lines")) {
    all.push_back({expression(table, "find"), reach_of(table)});
    table.finish();
  }
  return all;
}

std::optional<SortingLines> sorting_lines(TomlTable& rule) {
  const toml::node* node = rule.find("sort_lines");
  if (!node) return std::nullopt;
  SortingLines sorting;
  if (node->is_boolean()) {
    return rule.flag("sort_lines") ? std::optional(sorting) : std::nullopt;
  }
  for (TomlTable& table : rule.tables("sort_lines")) {
    if (table.has("find")) sorting.find = expression(table, "find");
    sorting.skip = table.number("skip", 0).value_or(0);
    table.finish();
  }
  return sorting;
}

std::vector<SettingKey> setting_keys(TomlTable& rule) {
  std::vector<SettingKey> all;
  const toml::node* node = rule.find("set_key");
  if (!node) return all;
  if (!node->is_table()) rule.reject_key("set_key", "expected { key = \"value\" }");
  TomlTable table(*node->as_table(), rule.file());
  const auto group_of = [](std::string_view name) {
    return name == "value" || name == "0" ? 0 : -1;
  };
  for (const auto& [key, value] : table.table()) {
    const auto text = table.text(key.str());
    all.push_back({std::string(key.str()),
                   at_key(table, key.str(), [&] { return Template::parse(*text, group_of); })});
  }
  return all;
}

std::optional<CallingPlugin> calling_plugin(TomlTable& rule) {
  const auto function = rule.text("python");
  const toml::node* settings = rule.find("settings");
  if (!function) {
    if (settings) rule.reject_key("settings", "is for python alone");
    return std::nullopt;
  }
  if (settings && !settings->is_table()) rule.reject_key("settings", "expected a table");
  std::ostringstream json;
  if (settings)
    json << toml::json_formatter(*settings->as_table(), toml::format_flags::none);
  else
    json << "{}";
  return CallingPlugin{*function, json.str()};
}

/// "0x1f8b" or a text as it is.
std::string bytes_of(TomlTable& table, std::string_view key, const std::string& text) {
  if (!text.starts_with("0x")) return text;
  const auto digit = [&](char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t value = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    if (value == kDigits.npos) table.reject_key(key, "expected hexadecimal digits behind 0x");
    return value;
  };
  if (text.size() % 2 != 0) table.reject_key(key, "expected two digits for each byte");
  std::string bytes;
  for (std::size_t i = 2; i < text.size(); i += 2)
    bytes += static_cast<char>(digit(text[i]) << 4 | digit(text[i + 1]));
  return bytes;
}

std::vector<Magic> magic_of(TomlTable& rule) {
  constexpr std::size_t kHead = 4096;
  std::vector<Magic> all;
  const toml::node* node = rule.find("magic");
  if (!node) return all;
  const bool is_table = node->is_table();
  if (!is_table)
    for (const std::string& text : rule.texts("magic"))
      all.push_back({0, bytes_of(rule, "magic", text)});
  if (is_table)
    for (TomlTable& table : rule.tables("magic")) {
      const std::size_t offset = table.number("at", 0).value_or(0);
      all.push_back({offset, bytes_of(table, "bytes", table.required_text("bytes"))});
      table.finish();
    }
  for (const Magic& magic : all)
    if (magic.bytes.empty() || magic.offset > kHead || magic.bytes.size() > kHead - magic.offset)
      rule.reject_key("magic", "has to stand within the first 4096 bytes");
  return all;
}

class Loader {
 public:
  Loader(const std::string& file, std::span<const std::string> formats)
      : file_(file), formats_(formats) {}

  std::vector<std::shared_ptr<const Rule>> load(const toml::table& document) {
    TomlTable top(document, file_);
    std::vector<std::shared_ptr<const Rule>> rules;
    for (TomlTable& table : top.tables("rule")) {
      if (rules.size() == kMostRules) top.reject_key("rule", "more than 10000 rules");
      rules.push_back(rule(table));
    }
    top.finish();
    return rules;
  }

 private:
  std::vector<std::function<void(Rules&)>> file_options(TomlTable& rule) {
    std::vector<std::function<void(Rules&)>> all;
    const toml::node* node = rule.find("options");
    if (!node) return all;
    if (!node->is_table()) rule.reject_key("options", "expected { owners = \"keep\" }");
    for (const auto& [key, value] : *node->as_table()) {
      const std::string name(key.str()), text = text_of(value, file_);
      try {
        const auto set = set_option(name, text, formats_);
        if (!set) reject(file_, key.source(), name + ": no option that a rule can set");
        all.push_back(*set);
      } catch (const WordError& error) {
        reject(file_, value.source(),
               name + ": expected " + error.what() + ", got \"" + error.got() + "\"");
      }
    }
    return all;
  }

  void read_conditions(TomlTable& table, Rule& rule) {
    rule.paths = table.texts("path");
    for (const std::string& path : rule.paths)
      at_key(table, "path", [&] { return expression_of_glob(path); });
    rule.magic = magic_of(table);
    if (table.has("text")) rule.text = expression(table, "text", Lines::several);
    if (const auto word = table.text("profile")) {
      const auto found = kProfileWords.find(*word);
      if (found == kProfileWords.end()) table.reject_key("profile", "expected safe or strict");
      rule.profile = found->second;
    }
  }

  void read_treatment(TomlTable& table, Rule& rule) {
    rule.off = table.flag("off");
    rule.leave = table.flag("leave");
    rule.format = table.text("format").value_or("");
    if (!rule.format.empty() && std::ranges::find(formats_, rule.format) == formats_.end())
      table.reject_key("format", "no format has that name (normalize list)");
    rule.options = file_options(table);
    for (TomlTable& each : table.tables("replace")) rule.replace.push_back(replacing(each));
    rule.set_key = setting_keys(table);
    rule.drop_lines = dropping_lines(table);
    rule.sort_lines = sorting_lines(table);
    rule.python = calling_plugin(table);
  }

  static void check(TomlTable& table, const Rule& rule) {
    if (rule.off) return;
    const bool does = rule.treats_text() || !rule.format.empty() || !rule.options.empty();
    if (!does && !rule.leave) table.reject_key("name", "the rule does nothing");
    if (does && rule.leave) table.reject_key("leave", "a rule that leaves files does nothing else");
    if (rule.paths.empty() && rule.magic.empty() && !rule.text)
      table.reject_key("name", "the rule says of no file that it applies: path, magic or text");
  }

  std::shared_ptr<const Rule> rule(TomlTable& table) {
    const auto made = std::make_shared<Rule>();
    made->name = table.required_text("name");
    made->origin = file_ + ":" + std::to_string(table.table().source().begin.line);
    read_conditions(table, *made);
    read_treatment(table, *made);
    made->reason = made->off ? table.text("reason").value_or("") : table.required_text("reason");
    made->field = {made->name, made->reason, Field::Origin::writer};
    table.finish();
    check(table, *made);
    return made;
  }

  const std::string& file_;
  std::span<const std::string> formats_;
};

}  // namespace

std::vector<std::shared_ptr<const Rule>> parse_rule_file(
    std::string_view text, const std::string& file,
    std::span<const std::string> known_formats) try {
  if (text.size() > kMostRuleFileBytes)
    throw RuleFileError(file + ":1:1: larger than 1 MiB, the most a rule file may be");
  return Loader(file, known_formats).load(toml::parse(text, file));
} catch (const toml::parse_error& error) {
  reject(file, error.source(), std::string(error.description()));
}

}  // namespace normalize
