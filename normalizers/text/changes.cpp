#include "normalizers/text/changes.h"

namespace normalize {
namespace {

/// Findings of one rule in one file, and bytes that are shown of each text.
constexpr std::size_t kMostFindings = 16, kMostShown = 160;

std::string shown(std::string_view text) {
  if (text.empty()) return "(none)";
  if (text.size() <= kMostShown) return std::string(text);
  return std::string(text.substr(0, kMostShown)) + "…";
}

}  // namespace

void Changes::add(std::string_view before, std::string_view after) {
  if (++count_ <= kMostFindings && context_) context_->changed(field_, shown(before), shown(after));
}

void Changes::finish() {
  if (count_ <= kMostFindings || !context_) return;
  const std::string more = std::to_string(count_ - kMostFindings);
  context_->changed(field_, more + " more of it", "likewise");
}

}  // namespace normalize
