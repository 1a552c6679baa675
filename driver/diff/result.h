#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "normalizers/findings.h"

/// What `diff` has found out: every view of it (text, JSON Lines, diffoscope's JSON, HTML) gets it.
namespace normalize::diff {

enum class Verdict {
  equal,      // to the byte, and in what else a name has
  noise,      // equal once normalized
  different,  // in what was built
  only_a,
  only_b,
  moved,   // the same content under another name
  failed,  // could not be compared: an error
};
/// "equal once normalized"
std::string_view verdict_text(Verdict verdict);

/// A property of a name besides its bytes: mode, owner, time, link target, ...
struct PropertyDifference {
  std::string name;
  std::string a, b;       // empty where that side has none
  bool is_noise = false;  // the same once normalized
};

/// A field that holds other noise on one side than on the other.
struct NoisyField {
  std::string member;  // as Finding::member
  std::string_view format;
  const Field* field;
  std::string a, b;         // the first values that differ
  std::uint64_t count = 1;  // how many values differ
};

/// One pair of names, or one name that has no other.
struct Node {
  std::string name;
  std::string other_name;  // in B, where that is not `name`
  bool is_member = false;  // joined to what is above by '!' instead of '/'
  Verdict verdict = Verdict::equal;
  std::string kind;  // what was compared: "tar", "text", "ELF section"
  std::vector<PropertyDifference> properties;
  std::vector<NoisyField> noise;
  std::vector<std::string> remarks;
  std::string diff;  // unified; every line ends in a newline, and no byte steers a terminal
  std::vector<Node> children;
};

struct Counts {
  std::uint64_t equal = 0, noise = 0, different = 0, only_a = 0, only_b = 0, moved = 0, failed = 0;
};

void count(Verdict verdict, Counts& counts);
/// Of all that was counted.
Verdict worst(const Counts& counts);

struct Comparison {
  std::string a, b;  // as given
  Node root;         // its children are the names of trees that are not equal, sorted
  Counts counts;     // of names of trees, or of the two files
  /// Names that are equal but for a time on disk that nothing was asked of; not among the children.
  std::uint64_t times = 0;
};

/// Whether `verdict` makes the exit status 1.
inline bool counts_as_difference(Verdict verdict, bool noise_counts) {
  return verdict != Verdict::equal && (noise_counts || verdict != Verdict::noise);
}

/// A node with nothing to say of itself but that its only child differs is a step on the way: its
/// name goes in front of the child's. Views show the end of such a chain.
bool is_step(const Node& node);

}  // namespace normalize::diff
