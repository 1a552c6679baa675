#include "rules/rule_set.h"

#include <algorithm>
#include <map>

#include "rules/glob.h"

namespace normalize {
namespace {

/// So many texts are looked for one by one; mostly the part of each that is no pattern is not
/// there.
constexpr std::size_t kFewTexts = 50;

using RuleList = std::vector<std::shared_ptr<const Rule>>;

RuleList last_of_each_name(RuleList rules) {
  std::map<std::string_view, const Rule*> last;
  for (const auto& rule : rules) last[rule->name] = rule.get();
  std::erase_if(rules, [&](const auto& rule) { return last.at(rule->name) != rule.get(); });
  return rules;
}

std::vector<std::string> globs_of(const RuleList& rules, std::vector<std::size_t>& owners) {
  std::vector<std::string> globs;
  for (std::size_t i = 0; i < rules.size(); ++i)
    for (const std::string& path : rules[i]->paths) {
      globs.push_back(path);
      owners.push_back(i);
    }
  return globs;
}

std::vector<std::string> texts_of(const RuleList& rules, std::vector<std::size_t>& owners) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (!rules[i]->text) continue;
    texts.push_back(rules[i]->text->text());
    owners.push_back(i);
  }
  return texts;
}

bool magic_holds(const Rule& rule, std::string_view head) {
  return rule.magic.empty() || std::ranges::any_of(rule.magic, [&](const Magic& magic) {
           return head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes);
         });
}

bool profile_holds(const Rule& rule, Profile profile) {
  return !rule.profile || *rule.profile == profile;
}

}  // namespace

RuleSet::RuleSet(RuleList rules)
    : rules_(last_of_each_name(std::move(rules))),
      globs_(globs_of(rules_, rule_of_glob_)),
      texts_(texts_of(rules_, rule_of_text_), ExpressionSet::Match::somewhere) {
  for (std::size_t i = 0; i < rules_.size(); ++i)
    if (rules_[i]->paths.empty()) without_path_.push_back(i);
  for (const auto& rule : rules_) asks_for_root_ |= std::ranges::any_of(rule->paths, is_at_root);
}

void RuleSet::check() const {
  globs_.check();
  texts_.check();
}

std::vector<std::size_t> RuleSet::by_path(std::string_view path) const {
  std::vector<std::size_t> found = without_path_;
  for (const std::size_t glob : globs_.matches(path)) found.push_back(rule_of_glob_[glob]);
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

bool RuleSet::may_match(std::string_view path) const {
  return std::ranges::any_of(by_path(path), [&](std::size_t i) { return !rules_[i]->off; });
}

std::vector<const Rule*> RuleSet::matching(std::string_view path, std::string_view head,
                                           Profile profile) const {
  std::vector<const Rule*> found;
  std::size_t asking = 0;  // of them, those that ask for a text
  for (const std::size_t i : by_path(path)) {
    const Rule& rule = *rules_[i];
    if (rule.off || !profile_holds(rule, profile) || !magic_holds(rule, head)) continue;
    if (rule.text) ++asking;
    found.push_back(&rule);
  }
  if (asking <= kFewTexts)
    std::erase_if(found,
                  [&](const Rule* rule) { return rule->text && !rule->text->found_in(head); });
  else
    erase_by_text(head, found);
  return found;
}

/// Asks all texts in one pass.
void RuleSet::erase_by_text(std::string_view head, std::vector<const Rule*>& found) const {
  std::vector<const Rule*> by_text;
  for (const std::size_t text : texts_.matches(head))
    by_text.push_back(rules_[rule_of_text_[text]].get());
  std::erase_if(found, [&](const Rule* rule) {
    return rule->text && std::ranges::find(by_text, rule) == by_text.end();
  });
}

Mismatch RuleSet::mismatch(const Rule& rule, std::string_view path, std::string_view head,
                           Profile profile) {
  if (rule.off) return Mismatch::off;
  if (!rule.paths.empty() && GlobSet(rule.paths).matches(path).empty()) return Mismatch::path;
  if (!magic_holds(rule, head)) return Mismatch::magic;
  if (rule.text && !rule.text->found_in(head)) return Mismatch::text;
  return profile_holds(rule, profile) ? Mismatch::none : Mismatch::profile;
}

const RuleBook::OfTree* RuleBook::tree_of(std::string_view path) const {
  const OfTree* nearest = nullptr;
  for (const OfTree& tree : trees)
    if (path.starts_with(tree.root) && (!nearest || tree.root.size() > nearest->root.size()))
      nearest = &tree;
  return nearest;
}

const RuleSet& RuleBook::at(std::string_view path) const {
  const OfTree* tree = tree_of(path);
  return tree ? tree->rules : everywhere;
}

std::string RuleBook::placed(std::string_view in_tree, std::string_view path) const {
  std::string result(path);
  if (!at(in_tree).asks_for_root()) return result;
  std::size_t begin = 0;
  for (const std::string& root : roots)
    if (root.size() > begin && in_tree.starts_with(root)) begin = root.size();
  if (begin == 0) begin = in_tree.rfind('/') + 1;
  return result.insert(begin, 1, '\0');
}

const Rules& rules_at(const Rules& rules, std::string_view path) {
  const RuleBook::OfTree* tree = rules.rule_book ? rules.rule_book->tree_of(path) : nullptr;
  return tree && tree->options ? *tree->options : rules;
}

}  // namespace normalize
