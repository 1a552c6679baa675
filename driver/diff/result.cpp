#include "driver/diff/result.h"

namespace normalize::diff {

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::equal:
      return "equal";
    case Verdict::noise:
      return "equal once normalized";
    case Verdict::different:
      return "different";
    case Verdict::only_a:
      return "only in A";
    case Verdict::only_b:
      return "only in B";
    case Verdict::moved:
      return "moved";
    case Verdict::failed:
      break;
  }
  return "failed";
}

void count(Verdict verdict, Counts& counts) {
  switch (verdict) {
    case Verdict::equal:
      ++counts.equal;
      break;
    case Verdict::noise:
      ++counts.noise;
      break;
    case Verdict::different:
      ++counts.different;
      break;
    case Verdict::only_a:
      ++counts.only_a;
      break;
    case Verdict::only_b:
      ++counts.only_b;
      break;
    case Verdict::moved:
      ++counts.moved;
      break;
    case Verdict::failed:
      ++counts.failed;
      break;
  }
}

Verdict worst(const Counts& counts) {
  if (counts.failed > 0) return Verdict::failed;
  if (counts.different + counts.only_a + counts.only_b + counts.moved > 0)
    return Verdict::different;
  return counts.noise > 0 ? Verdict::noise : Verdict::equal;
}

bool is_step(const Node& node) {
  return node.children.size() == 1 && node.properties.empty() && node.noise.empty() &&
         node.remarks.empty() && node.diff.empty() && node.other_name.empty() &&
         node.verdict == node.children.front().verdict;
}

}  // namespace normalize::diff
