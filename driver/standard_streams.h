#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "normalizers/bytes/content.h"

namespace normalize {

/// Makes sure that descriptors 0, 1 and 2 are taken, so that no file of a tree is ever opened as
/// standard output, and that a reader who goes away and a file that may grow no further (ulimit -f)
/// are errors of write(2) and not signals.
/// Called first of all.
void guard_standard_streams();

/// Of the signals that are ignored since then, those that were not before: a program that we start
/// is to have them as they were.
std::vector<int> signals_we_ignore();

/// All of it. Throws std::system_error.
Buffer read_standard_input();
/// All of a small file, such as a list or a changelog. Throws std::system_error.
Bytes read_whole_file(const std::string& path);

/// Writes a file anew; one that is there is overwritten. Throws std::system_error.
void write_whole_file(const std::string& path, std::string_view text);

/// Writes all of it. Throws std::system_error, where the reader has gone away too.
void write_standard_output(std::string_view text);
void write_standard_output(const Content& content);

/// Writes as much of it as standard error takes: there is nobody left to tell.
void write_standard_error(std::string_view text) noexcept;

/// Says "normalize: error: `problem`" on standard error; unprintable bytes are escaped.
void complain(std::string_view problem);

}  // namespace normalize
