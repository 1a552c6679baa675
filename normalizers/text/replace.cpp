#include "normalizers/text/treatments.h"

namespace normalize {
namespace {

/// Replaces one match after the other.
class Replacer {
 public:
  Replacer(const Replacing& how, std::string_view text, const Rules& rules, Changes& changes)
      : how_(how),
        text_(text),
        rules_(rules),
        changes_(changes),
        end_(reached_bytes(how.reach, text)),
        work_(text.size()) {}

  std::optional<Buffer> run() {
    std::vector<std::string_view> groups;
    for (std::size_t from = 0; from < end_ && how_.find.find(text_, from, end_, groups);) {
      const std::string_view found = groups.front();
      const auto at = static_cast<std::size_t>(found.data() - text_.data());
      const std::size_t behind = at + found.size();
      // What a match may have been looked for in: it ends with its line, or not before the end.
      const bool in_line = how_.find.lines() == Lines::one;
      work_.spend((in_line ? line_end(text_, behind) : end_) - from);
      replace(at, groups);
      from = found.empty() ? behind + 1 : behind;
    }
    if (copied_ == 0) return std::nullopt;
    out_.append(as_bytes(text_.substr(copied_)));
    return std::move(out_);
  }

 private:
  void replace(std::size_t at, const std::vector<std::string_view>& groups) {
    const std::string_view found = groups.front();
    auto with = how_.with.fill(groups, rules_);
    if (!with || found.empty()) return;
    if (how_.same_length) {
      if (with->size() > found.size()) return;
      with->resize(found.size(), ' ');
    }
    if (*with == found) return;
    changes_.add(found, *with);
    out_.append(as_bytes(text_.substr(copied_, at - copied_)));
    out_.append(as_bytes(*with));
    copied_ = at + found.size();
  }

  const Replacing& how_;
  std::string_view text_;
  const Rules& rules_;
  Changes& changes_;
  std::size_t end_;
  Work work_;
  std::size_t copied_ = 0;  // of text_, to out_
  Buffer out_;
};

}  // namespace

std::optional<Buffer> replace(const Replacing& how, std::string_view text, const Rules& rules,
                              Changes& changes) {
  return Replacer(how, text, rules, changes).run();
}

}  // namespace normalize
