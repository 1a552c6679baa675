#pragma once

#include <string>
#include <string_view>

/// The words of a line of mtree(5).
namespace normalize::package {

/// Takes the next word off the front of `line`, with the blanks around it.
std::string_view take_word(std::string_view& line);

/// A name as vis(3) with VIS_OCTAL encodes it, the characters that mtree(8) takes for a pattern
/// among it: printable ASCII without blanks.
std::string vis(std::string_view text);
/// What vis(3) has encoded, in any of its styles that begin with a backslash.
std::string unvis(std::string_view text);

/// What message_digest() calls the algorithm of a keyword: "sha256" for "sha256" and
/// "sha256digest", "ripemd160" for "rmd160"; empty for other keywords.
std::string algorithm_of(std::string_view keyword);

}  // namespace normalize::package
