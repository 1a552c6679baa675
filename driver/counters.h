#pragma once

#include <string_view>

namespace normalize {

/// Writes how often which lines have run so far, in a coverage build (tests/coverage): for who is
/// about to end by _exit(2) or a signal. Does nothing in others.
void save_counters();

/// The folder below which a coverage build writes that; empty in others.
std::string_view counters_folder();

}  // namespace normalize
