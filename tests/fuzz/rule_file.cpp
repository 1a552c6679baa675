#include "tests/fuzz/rule_file.h"

#include <array>
#include <memory>

#include "normalizers/normalize.h"
#include "rules/rule_file.h"
#include "rules/rule_set.h"

namespace normalize::fuzz {
namespace {

constexpr std::string_view kFile = "fuzz.toml";

/// "fuzz.toml:12:3: problem"
bool tells_its_place(std::string_view error) {
  if (!error.starts_with(kFile)) return false;
  error.remove_prefix(kFile.size());
  for (int number = 0; number < 2; ++number) {
    if (!error.starts_with(':')) return false;
    const std::size_t digits = error.find_first_not_of("0123456789", 1);
    if (digits == error.npos || digits < 2) return false;
    error.remove_prefix(digits);
  }
  return error.starts_with(": ");
}

std::string broken_by(const Rules& rules, const std::string& name, ByteView text) {
  WholeSource source(text);
  const Result once = normalize_source(name, source, rules);
  if (once.outcome != Result::Outcome::changed) return {};
  if (once.journal.findings.empty()) return "a change comes without a finding";
  const Bytes normal = once.content.to_bytes();
  WholeSource again(normal);
  if (normalize_source(name, again, rules).outcome == Result::Outcome::changed)
    return "the normal form has another normal form";
  return {};
}

}  // namespace

std::string broken_rule_file_law(ByteView input) try {
  static const std::array<std::string, 3> formats{"gzip", "zip", "rule"};
  RuleFile file = parse_rule_file(as_text(input), std::string(kFile), formats);
  RuleSet set(std::move(file.rules));
  set.check();
  Rules rules;
  rules.epoch = 1'704'164'645;
  rules.rule_book = std::make_shared<const RuleBook>(RuleBook{std::move(set), {}, {"t/"}});
  constexpr std::string_view kText =
      "<!-- made on 2024-05-06 by host -->\nDate: 12 May 2025\nkey = value\nb\na\na\n\n";
  for (const char* name : {"t/a.html", "t/usr/DESCRIPTION", "t/x/page.1"})
    for (const ByteView text : {as_bytes(kText), input})
      if (std::string broken = broken_by(rules, name, text); !broken.empty()) return broken;
  return {};
} catch (const RuleFileError& error) {
  return tells_its_place(error.what()) ? ""
                                       : "an error without its place: " + std::string(error.what());
} catch (const ExpressionError&) {  // all together are too large
  return {};
}

}  // namespace normalize::fuzz
