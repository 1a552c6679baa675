#pragma once

#include <optional>
#include <string_view>

#include "normalizers/bytes/buffer.h"
#include "normalizers/error.h"
#include "normalizers/text/changes.h"
#include "rules/rule.h"

/// What rules do to texts. Each returns the new text, unset where it is the old one, in time that
/// is linear in its size; throws LimitError where that would not do.
namespace normalize {

/// The steps that one treatment of one text may take.
class Work {
 public:
  explicit Work(std::size_t text_bytes);
  void spend(std::size_t bytes);

 private:
  std::size_t left_;
};

/// How many bytes of `text` lie within `reach`.
std::size_t reached_bytes(const Reach& reach, std::string_view text);

/// Where the line ends that `at` is in: behind its newline, or at the end of the text.
std::size_t line_end(std::string_view text, std::size_t at);
/// `line` without the newline at its end, and a carriage return before it.
std::string_view without_newline(std::string_view line);

std::optional<Buffer> replace(const Replacing& how, std::string_view text, const Rules& rules,
                              Changes& changes);
std::optional<Buffer> drop_lines(const DroppingLines& how, std::string_view text, Changes& changes);
std::optional<Buffer> sort_lines(const SortingLines& how, std::string_view text, Changes& changes);
std::optional<Buffer> set_keys(const std::vector<SettingKey>& keys, std::string_view text,
                               const Rules& rules, Changes& changes);

}  // namespace normalize
