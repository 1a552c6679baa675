#pragma once

#include <string_view>

/// The page's frame, made by CMake of the files beside this one: page.html with page.css and the
/// scripts in it. Data go between the two.
namespace normalize {

extern const std::string_view kPageBeforeData, kPageAfterData;

}  // namespace normalize
