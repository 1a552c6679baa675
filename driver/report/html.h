#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/report/causes.h"
#include "driver/report/output.h"

namespace normalize {

/// What a verdict or a remark means, which is its color on the page.
enum class Tone {
  quiet,    // as it should be: "equal", "note"
  noise,    // noise that a build wrote: "equal once normalized", "would change"
  bad,      // what matters: "different", "damaged", "failed"
  added,    // "only in B"
  removed,  // "only in A"
  moved,
};

/// One row of the tree. Any bytes; what is not UTF-8 is shown as "\xff".
struct HtmlNode {
  std::string_view name = {};     // one component: "lib", "a.jar", "MANIFEST.MF"
  std::string_view verdict = {};  // a word or a few, by which rows can be hidden; may be empty
  Tone tone = Tone::quiet;
  std::string_view note = {};  // what else is worth a glance, "gzip"; may be empty
  /// Whether it is a part of the file above: joined to its name with '!' instead of '/'.
  bool is_member = false;
};

/// What is told above the tree.
struct HtmlHead {
  std::string title = {};    // "normalize check"
  std::string summary = {};  // one line: "3 files, 1 recognized: nothing to change"
  std::vector<std::pair<std::string, std::string>> facts = {};  // {"epoch", "1700000000"}
  std::string before = "is", after = "becomes";                 // what a finding's two values are
  bool causes_first = false;  // whether the page opens with the causes instead of the tree
};

/// Writes a page that is one file: a tree of nodes with findings, remarks and unified diffs, and
/// the same findings by cause. It loads nothing; it can be filtered, folded, and read by keyboard
/// and in the dark. Goes to `out` as it comes, and rows are built by the browser as they are
/// looked at, so that 100,000 findings are nothing special.
class HtmlReport {
 public:
  explicit HtmlReport(Output& out);

  /// Begins a node below the one that is open, or at the top. Its findings, remarks and diffs come
  /// before its nodes.
  void enter(const HtmlNode& node);
  /// Ends the node that was begun last.
  void leave() { --depth_; }

  // Of the node that was begun last.
  void finding(const Finding& finding);  // its member is not told: that is a node
  void remark(Tone tone, std::string_view text);
  /// A unified diff, or any text of lines, of which '+', '-' and '@@' in front are colored.
  void diff(std::string_view text);

  /// Ends the page. To be called once, and last.
  void finish(const HtmlHead& head);

 private:
  template <typename Fill>
  void record(std::string_view kind, const Fill& fill);

  Output& out_;
  Causes causes_;
  std::int64_t depth_ = 0;
  std::size_t records_ = 0;
};

}  // namespace normalize
