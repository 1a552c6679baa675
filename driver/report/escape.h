#pragma once

#include <string>
#include <string_view>

namespace normalize {

/// `name` fit for a line of text: control characters, backslashes and bytes that are not UTF-8
/// become
/// "\n", "\\" or "\xff", so that no name can forge a line or steer a terminal.
std::string escape(std::string_view name);

/// How many bytes the well-formed UTF-8 sequence at the start of `text` has (RFC 3629 section 4: no
/// overlong forms, no surrogates, nothing past U+10FFFF); 0 where there is none.
std::size_t utf8_sequence(std::string_view text);
/// Whether `text` is nothing but such sequences.
bool is_utf8(std::string_view text);

}  // namespace normalize
