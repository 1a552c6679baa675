#pragma once

#include <string>
#include <string_view>

namespace normalize::diff {

/// A unified diff of two texts, three lines of context around each change. Bounded in size and in
/// the work it takes: texts that have too little in common are told as one change, and what is too
/// long is cut, which its last line says. Bytes that are no text are shown as "\xff". Empty where
/// the texts are equal.
std::string unified_diff(std::string_view a, std::string_view b);

/// Whether people would call it text: no NUL and hardly any other control character.
bool is_text(std::string_view bytes);

/// Where the first line that differs begins in `a`; its size where `b` only goes on.
std::size_t first_difference(std::string_view a, std::string_view b);

/// `text` fit for one line, cut where it is very long.
std::string shown_line(std::string_view text);

}  // namespace normalize::diff
