#pragma once

#include <span>
#include <string>

#include "driver/help.h"
#include "driver/options/described.h"

/// What the shells' completions ask for: a line for each option or command, of fields behind tabs:
/// its spellings, joined by ','; its value's name; the values there are, joined by ' '; its help.
namespace normalize {

std::string option_table(const DescribedCommand& command);
std::string command_table(std::span<const CommandSummary> commands);

}  // namespace normalize
