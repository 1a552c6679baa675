#pragma once

#include <span>
#include <string>
#include <string_view>

#include "driver/help.h"
#include "driver/options/described.h"

/// Pages of the manual in mdoc(7), made of the texts of --help.
namespace normalize {

/// Of one command: normalize-apply(1).
std::string manual_page(const DescribedCommand& command);

/// Of the program: normalize(1).
std::string overall_manual_page(std::string_view purpose, std::span<const CommandSummary> commands,
                                std::string_view footer);

}  // namespace normalize
