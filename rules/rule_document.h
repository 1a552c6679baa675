#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_node.h"

namespace normalize {

/// A rule file as the values that stand in it.
class RuleDocument {
 public:
  /// Throws RuleFileError where `text` is no TOML; `file` is its name in messages.
  RuleDocument(std::string_view text, const std::string& file);
  RuleDocument(const RuleDocument&) = delete;
  RuleDocument& operator=(const RuleDocument&) = delete;

  const RuleNode& root() const { return root_; }

 private:
  friend class RuleDocumentMaker;

  std::deque<std::string> texts_;
  std::deque<std::vector<RuleNode>> lists_;
  RuleNode root_;
};

}  // namespace normalize
