#include "normalizers/ruling.h"

#include <algorithm>

#include "normalizers/registry.h"

namespace normalize {

bool Ruling::treats_text() const { return std::ranges::any_of(rules, &Rule::treats_text); }

const Normalizer* Ruling::format() const {
  const Normalizer* format = nullptr;
  for (const Rule* rule : rules)
    if (!rule->format.empty()) format = normalizer_named(rule->format);
  return format;
}

bool Ruling::has_options() const {
  return std::ranges::any_of(rules, [](const Rule* rule) { return !rule->options.empty(); });
}

Rules Ruling::with_options(const Rules& before) const {
  Rules after = before;
  for (const Rule* rule : rules)
    for (const auto& set : rule->options) set(after);
  return after;
}

Ruling ruling_of(const Rules& rules, std::string_view in_tree, std::string_view path,
                 Source& source) {
  Ruling ruling;
  if (!rules.rule_book || !rules.enabled(kRuleFormat)) return ruling;
  const RuleBook& book = *rules.rule_book;
  ruling.rules =
      book.at(in_tree).matching(book.placed(in_tree, path), as_text(source.head()), rules.profile);
  const auto last = std::ranges::find(ruling.rules.rbegin(), ruling.rules.rend(), true,
                                      [](const Rule* rule) { return rule->leave; });
  ruling.leave = last != ruling.rules.rend() && last == ruling.rules.rbegin();
  if (!ruling.leave) ruling.rules.erase(ruling.rules.begin(), last.base());
  return ruling;
}

bool may_be_ruled(const Rules& rules, std::string_view in_tree, std::string_view path) {
  return rules.rule_book && rules.enabled(kRuleFormat) &&
         rules.rule_book->at(in_tree).may_match(rules.rule_book->placed(in_tree, path));
}

bool is_claimed(const Rules& rules, std::string_view in_tree, std::string_view path,
                const Probe& probe) {
  const Ruling ruling = ruling_of(rules, in_tree, path, probe.source);
  if (ruling.leave) return false;
  if (ruling.treats_text() || ruling.format()) return true;
  const Normalizer* format = find_normalizer(probe);
  if (!format) return false;
  return ruling.has_options() ? ruling.with_options(rules).enabled(format->name())
                              : rules.enabled(format->name());
}

}  // namespace normalize
