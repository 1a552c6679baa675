#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rules.h"
#include "rules/time_text.h"

namespace normalize {

/// A text with gaps: "{2}" and "{name}" are groups of what was found, "{2:%d %B %Y}" is a time that
/// a group tells in this way (TimeFormat), once it is normal, and "{epoch:%Y}" is the epoch. "{{"
/// and "}}" are braces.
class Template {
 public:
  /// The number of a group by its name or number; -1 where there is none.
  using GroupOf = std::function<int(std::string_view name)>;

  /// Takes `text` apart when it is first needed. `group_of` is called by whoever needs it.
  Template(std::string text, GroupOf group_of);

  /// Throws ExpressionError where the text is no template.
  void check() const;

  /// Whether there is a time in it, which takes an epoch. Throws ExpressionError.
  bool has_time() const;

  /// The text with its gaps filled. Unset where there is nothing to be done: a group tells no time
  /// in the way it should, or there is no epoch, without which times stay (strict: become 1970).
  /// Any number of threads may call it; throws what check() throws.
  std::optional<std::string> fill(const std::vector<std::string_view>& groups,
                                  const Rules& rules) const;

 private:
  struct Piece {
    std::string text;
    std::optional<std::size_t> group;
    std::optional<TimeFormat> time;  // of the group, or of the epoch where there is none
  };
  struct Parsed;
  static Piece gap(std::string_view text, const GroupOf& group_of);
  static std::vector<Piece> parse(std::string_view text, const GroupOf& group_of);

  std::shared_ptr<Parsed> parsed_;
};

}  // namespace normalize
