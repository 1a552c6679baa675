#pragma once

#include <span>
#include <string>
#include <string_view>

#include "normalizers/bytes/bytes.h"

namespace normalize::fuzz {

/// What is fuzzed besides the formats, by name:
/// - diff: a pair of files of which one has a bit flipped
/// - pipeline: whatever format or rule claims the bytes under some name, in both profiles
/// - rule_file: a rule file, and what it does
/// - specification: mtree(5), as verify reads it, and what is written of it again
/// - reference: an older package, as pack reads it
/// - peer_FORMAT: a format's reader beside libarchive's; both see the same members
std::span<const std::string_view> targets();

/// Holds one of them, or a format, to its laws. Returns what was broken, empty for nothing.
std::string broken_law(std::string_view target, ByteView input);

}  // namespace normalize::fuzz
