// What keys mean is told in README.md.

#include "rules/rule_file.h"

#include <algorithm>

#include "rules/glob.h"
#include "rules/option_words.h"
#include "rules/plugin_name.h"
#include "rules/rule_document.h"
#include "rules/treatment_tables.h"

namespace normalize {
namespace {

std::optional<CallingPlugin> calling_plugin(TomlTable& rule) {
  const auto function = rule.text("python");
  const RuleNode* settings = rule.find("settings");
  if (!function) {
    if (settings) rule.reject_key("settings", "is for python alone");
    return std::nullopt;
  }
  if (!parse_plugin_name(*function)) rule.reject_key("python", "expected \"module:function\"");
  if (settings && !settings->is_table()) rule.reject_key("settings", "expected a table");
  return CallingPlugin{*function, std::string(settings ? settings->text : "{}")};
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
  const RuleNode* node = rule.find("magic");
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
  Loader(const std::string& file, std::span<const std::string> formats, Checks checks)
      : file_(file), formats_(formats), checks_(checks) {}

  RuleFile load(const RuleNode& document) {
    TomlTable top(document, file_);
    RuleFile loaded;
    for (TomlTable& table : top.tables("rule")) {
      if (loaded.rules.size() == kMostRules) top.reject_key("rule", "more than 10000 rules");
      loaded.rules.push_back(rule(table));
    }
    loaded.options = options_of_runs(top);
    top.finish();
    return loaded;
  }

 private:
  std::vector<FileOption> options_of_runs(TomlTable& top) {
    std::vector<FileOption> all;
    const RuleNode* node = top.find("options");
    if (!node) return all;
    if (!node->is_table()) top.reject_key("options", "expected a table: [options]");
    for (const RuleNode& value : node->children()) {
      const auto add = [&](const RuleNode& one) {
        all.push_back({std::string(value.key), text_of(one, file_), place_in(file_, one.begin)});
      };
      if (value.is_array())
        for (const RuleNode& one : value.children()) add(one);
      else
        add(value);
    }
    return all;
  }

  void read_options(TomlTable& table, Rule& rule) {
    const RuleNode* node = table.find("options");
    if (!node) return;
    if (!node->is_table()) table.reject_key("options", "expected { owners = \"keep\" }");
    for (const RuleNode& value : node->children()) {
      const std::string name(value.key), text = text_of(value, file_);
      try {
        const auto set = set_option(name, text, formats_);
        if (!set) reject(file_, value.key_begin, name + ": no option that a rule can set");
        rule.options.push_back(*set);
        rule.said_options.push_back({name, text, place_in(file_, value.begin)});
      } catch (const WordError& error) {
        reject(file_, value.begin,
               name + ": expected " + error.what() + ", got \"" + error.got() + "\"");
      }
    }
  }

  void check_globs(const TomlTable& table, const Rule& rule) const try {
    for (const std::string& path : rule.paths)
      ExpressionSet({expression_of_glob(path)}, ExpressionSet::Match::whole).check();
  } catch (const ExpressionError& error) {
    table.reject_key("path", error.what());
  }

  void read_conditions(TomlTable& table, Rule& rule) {
    rule.paths = table.texts("path");
    if (checks_ == Checks::now) check_globs(table, rule);
    rule.magic = magic_of(table);
    const TreatmentTables expressions(table, checks_);
    if (table.has("text")) rule.text = expressions.expression(table, "text", Lines::several);
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
    read_options(table, rule);
    const TreatmentTables text(table, checks_);
    rule.replace = text.replace();
    rule.set_key = text.set_key();
    rule.drop_lines = text.drop_lines();
    rule.sort_lines = text.sort_lines();
    rule.python = calling_plugin(table);
  }

  static std::size_t steps_of(const Rule& rule) {
    std::size_t steps = rule.text ? rule.text->steps() : 0;
    for (const Replacing& how : rule.replace) steps += how.find.steps();
    for (const DroppingLines& how : rule.drop_lines) steps += how.find.steps();
    if (rule.sort_lines && rule.sort_lines->find) steps += rule.sort_lines->find->steps();
    return steps;
  }

  void check(TomlTable& table, const Rule& rule) {
    if (checks_ == Checks::now && (steps_ += steps_of(rule)) > kMostSteps)
      table.reject_key("name", "the expressions up to here are too large together");
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
    made->origin = file_ + ":" + std::to_string(table.table().begin.line);
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
  Checks checks_;
  std::size_t steps_ = 0;
};

}  // namespace

RuleFile parse_rule_file(std::string_view text, const std::string& file,
                         std::span<const std::string> known_formats, Checks checks) {
  if (text.size() > kMostRuleFileBytes)
    throw RuleFileError(file + ":1:1: larger than 1 MiB, the most a rule file may be");
  return read_rules(RuleDocument(text, file).root(), file, known_formats, checks);
}

RuleFile read_rules(const RuleNode& document, const std::string& file,
                    std::span<const std::string> known_formats, Checks checks) {
  return Loader(file, known_formats, checks).load(document);
}

}  // namespace normalize
