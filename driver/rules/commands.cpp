#include "driver/rules/commands.h"

#include <algorithm>

#include "driver/options/groups.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/report/json.h"
#include "driver/rule_files.h"
#include "driver/rules/words.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "rules/builtin.h"

namespace normalize {
namespace {

constexpr std::size_t kNameColumn = 24;

std::string text_line(const Rule& rule) {
  std::string line = escape(rule.name);
  line.resize(std::max(line.size() + 1, kNameColumn), ' ');
  line += rule.origin + ": " + what_it_does(rule);
  if (!rule.reason.empty()) line += ": " + escape(rule.reason);
  return line + "\n";
}

std::string json_line(const Rule& rule) {
  std::string line;
  JsonWriter json(line);
  json.open_object();
  json.text("type", "rule");
  json.text("name", rule.name);
  json.text("source", rule.origin);
  json.text("does", what_it_does(rule));
  json.text("reason", rule.reason);
  json.close_object();
  return line + "\n";
}

struct Place {
  std::string file;
  std::size_t line;  // from 1
};

Place place_of(const Rule& rule) {
  const std::size_t colon = rule.origin.rfind(':');
  return {rule.origin.substr(0, colon), std::stoul(rule.origin.substr(colon + 1))};
}

/// The text of a rule file, by its name in messages.
std::string text_of_file(const std::string& name, const std::vector<std::string>& files) {
  for (const BuiltinRuleFile& file : builtin_rule_files())
    if (file.name == name) return std::string(file.text);
  for (const std::string& file : files)
    if (escape(file) == name) return std::string(as_text(read_whole_file(file)));
  throw UsageError(name + ": is not there any more");
}

/// The lines of a rule as they stand in its file: from its header to the next.
std::string lines_of(const Rule& rule, const std::vector<std::string>& files) {
  const Place place = place_of(rule);
  const std::string text = text_of_file(place.file, files);
  std::size_t begin = 0;
  for (std::size_t line = 1; line < place.line && begin < text.size(); ++line)
    begin = std::min(text.find('\n', begin), text.size() - 1) + 1;
  std::size_t end = text.size();
  for (std::size_t at = text.find("\n[", begin); at != text.npos; at = text.find("\n[", at + 1))
    if (!text.substr(at + 1).starts_with("[[rule.")) {
      end = at + 1;
      break;
    }
  std::string lines = text.substr(begin, end - begin);
  // Comments at the end are the next rule's.
  for (std::size_t last; !lines.empty(); lines.erase(last)) {
    last = lines.size() < 2 ? 0 : lines.rfind('\n', lines.size() - 2) + 1;
    if (lines[last] != '\n' && lines[last] != '#') break;
  }
  return lines.ends_with('\n') ? lines : lines + "\n";
}

}  // namespace

int list_rules(const std::vector<std::string>& words) {
  Rules rules;
  ReportOptions report;
  OptionParser parser("Names the rules that are in force, in their order.",
                      "normalize rules list [OPTION]...");
  add_rule_file_option(parser, rules);
  add_format_option(parser, report);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  if (!parsed.paths.empty()) throw UsageError(parsed.paths.front() + ": rules list takes no paths");
  const RuleFiles files = load_rule_files(rules.rule_files, {});
  std::string text;
  for (const auto& rule : files.book->everywhere.rules())
    text += report.format == ReportOptions::Format::jsonl ? json_line(*rule) : text_line(*rule);
  write_standard_output(text);
  return ExitStatus::kNormal;
}

int show_rule(const std::vector<std::string>& words) {
  Rules rules;
  OptionParser parser("Shows a rule as it is in force, and what it stands in for.",
                      "normalize rules show [OPTION]... NAME");
  add_rule_file_option(parser, rules);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  if (parsed.paths.size() != 1) throw UsageError("rules show takes the name of one rule");
  const RuleFiles files = load_rule_files(rules.rule_files, {});
  std::vector<const Rule*> named;
  for (const auto& rule : files.all)
    if (rule->name == parsed.paths.front()) named.push_back(rule.get());
  if (named.empty())
    throw UsageError(escape(parsed.paths.front()) + ": no such rule (normalize rules list)");
  std::string text = "# " + named.back()->origin + "\n";
  for (std::size_t i = named.size() - 1; i-- > 0;)
    text += "# instead of " + named[i]->origin + "\n";
  write_standard_output(text + lines_of(*named.back(), files.read));
  return ExitStatus::kNormal;
}

int run_rules(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words.front();
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (command == "list") return list_rules(rest);
  if (command == "show") return show_rule(rest);
  if (command == "test") return test_rules(rest);
  OptionParser parser("Names the rules that are in force, shows one of them, or tries a rule file.",
                      "normalize rules list|show|test [OPTION]... [NAME|FILE [SAMPLE]...]");
  parser.set_footer("normalize rules list --help tells its options, and so do the others.\n");
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  throw UsageError((command.empty() ? "rules" : "rules " + escape(command)) +
                   ": expected list, show or test");
}

}  // namespace normalize
