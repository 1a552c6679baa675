#include "driver/rules/words.h"

#include <algorithm>

#include "driver/report/escape.h"

namespace normalize {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

bool came_near(const Rule& rule, Mismatch mismatch) {
  switch (mismatch) {
    case Mismatch::none:
      return true;
    case Mismatch::path:
    case Mismatch::off:
      return false;
    case Mismatch::magic:
      return !rule.paths.empty();
    case Mismatch::text:
      return !rule.paths.empty() || !rule.magic.empty();
    case Mismatch::profile:
      return true;
  }
  return true;
}

}  // namespace

std::string what_it_does(const Rule& rule) {
  if (rule.off) return "off";
  std::vector<std::string> words;
  if (rule.leave) words.emplace_back("leave");
  if (!rule.format.empty()) words.push_back("format " + rule.format);
  for (const FileOption& option : rule.said_options)
    words.push_back(option.name + " = " + option.value);
  if (!rule.replace.empty()) words.emplace_back("replace");
  if (!rule.set_key.empty()) words.emplace_back("set key");
  if (!rule.drop_lines.empty()) words.emplace_back("drop lines");
  if (rule.sort_lines) words.emplace_back("sort lines");
  if (rule.python) words.push_back("python " + rule.python->function);
  return joined(words);
}

std::string why_not(const Rule& rule, Mismatch mismatch) {
  switch (mismatch) {
    case Mismatch::none:
      return "";
    case Mismatch::off:
      return "it is off";
    case Mismatch::path:
      return rule.paths.size() == 1 ? "its path is not " + rule.paths.front()
                                    : "its path is none of " + joined(rule.paths);
    case Mismatch::magic:
      return "it begins with other bytes";
    case Mismatch::text:
      return "not in its first 4096 bytes: " + rule.text->text();
    case Mismatch::profile:
      return rule.profile == Profile::strict ? "that takes --profile strict"
                                             : "that takes --profile safe";
  }
  return "";
}

std::string name_and_place(const Rule& rule) {
  return "rule " + escape(rule.name) + " (" + rule.origin + ")";
}

std::string rules_of_file(const Rules& rules, std::string_view path, std::string_view head,
                          bool all) {
  const RuleBook& book = *rules.rule_book;
  const std::string placed = book.placed(path, path);
  std::string text;
  for (const auto& rule : book.at(path).rules()) {
    const Mismatch mismatch = RuleSet::mismatch(*rule, placed, head, rules.profile);
    if (!all && !came_near(*rule, mismatch)) continue;
    text += name_and_place(*rule);
    text += mismatch == Mismatch::none
                ? " applies (" + what_it_does(*rule) + "): " + escape(rule->reason) + "\n"
                : " does not apply: " + escape(why_not(*rule, mismatch)) + "\n";
  }
  return text;
}

}  // namespace normalize
