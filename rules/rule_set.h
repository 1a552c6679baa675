#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/glob_set.h"
#include "rules/rule.h"

namespace normalize {

/// Why a rule does not apply to a file: the first of its conditions that does not hold.
enum class Mismatch { none, off, path, magic, text, profile };

/// All rules of a run or of one tree, in their order. Never changes once it is built; any number of
/// threads may ask.
///
/// A path is a member's with its containers', "a.jar!META-INF/b". A NUL in it stands where the tree
/// begins, for globs that ask for that: "build/\0usr/lib/a.jar!META-INF/b".
class RuleSet {
 public:
  /// Of rules with one name the last counts, at its place.
  explicit RuleSet(std::vector<std::shared_ptr<const Rule>> rules);

  /// Throws ExpressionError where all together are too large; else who asks first would throw it.
  void check() const;

  const std::vector<std::shared_ptr<const Rule>>& rules() const { return rules_; }
  bool empty() const { return rules_.empty(); }
  /// Whether there is a glob that asks where the tree begins.
  bool asks_for_root() const { return asks_for_root_; }

  /// The rules that apply to a file, in their order. `head`: the file's first bytes, kHeadBytes of
  /// them or all.
  std::vector<const Rule*> matching(std::string_view path, std::string_view head,
                                    Profile profile) const;
  /// Whether rules may apply to a file of this path, whatever is in it.
  bool may_match(std::string_view path) const;

  /// Why a rule does not apply, if it does not.
  static Mismatch mismatch(const Rule& rule, std::string_view path, std::string_view head,
                           Profile profile);

 private:
  /// Numbers of the rules whose condition on the path holds, rising.
  std::vector<std::size_t> by_path(std::string_view path) const;
  void erase_by_text(std::string_view head, std::vector<const Rule*>& found) const;

  std::vector<std::shared_ptr<const Rule>> rules_;
  std::vector<std::size_t> without_path_;  // numbers of rules, rising
  std::vector<std::size_t> rule_of_glob_, rule_of_text_;
  GlobSet globs_;
  ExpressionSet texts_;
  bool asks_for_root_ = false;
};

/// The rules of a run: those that hold everywhere, and those of trees that have rules of their own.
struct RuleBook {
  struct OfTree {
    std::string root;  // as paths begin that are reported, with its last '/'
    RuleSet rules;
    /// What is normal in this tree, where its rule file has options; its rule_book is this book.
    std::optional<Rules> options;
    std::vector<std::string> excludes;  // as Task::excludes, of this tree alone
  };
  RuleSet everywhere;
  std::vector<OfTree> trees;
  /// As paths begin of all trees that were given, with their last '/'. A file that was given itself
  /// has its folder as its tree.
  std::vector<std::string> roots;
  /// What they were read from, by which two books can be told apart.
  std::string sources = {};

  /// The nearest tree with rules of its own around a file; null where there is none.
  const OfTree* tree_of(std::string_view path) const;
  /// The rules for a file of the tree.
  const RuleSet& at(std::string_view path) const;
  /// A path as RuleSet takes it; `in_tree` is that of the file of the tree it is in.
  std::string placed(std::string_view in_tree, std::string_view path) const;
};

/// What is normal for a file of the tree, by the options of the tree it is in.
const Rules& rules_at(const Rules& rules, std::string_view path);

}  // namespace normalize
