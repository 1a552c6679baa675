#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace normalize::package {

/// Takes a value that is neither object nor array: the keys that lead to it, where an array counts
/// as an empty key, and the value as it stands, quotes included.
using JsonVisitor = std::function<void(std::span<const std::string> path, std::string_view value)>;

/// Reads a JSON text (RFC 8259) and shows its values in their order. Throws FormatError where it is
/// none, or nested deeper than any manifest. Bytes of strings need not be UTF-8.
void read_json(std::string_view text, const JsonVisitor& visit);

/// The characters of a string as it stands in the text; unset where `value` is no string.
std::optional<std::string> json_string(std::string_view value);

}  // namespace normalize::package
