#pragma once

#include <array>
#include <string_view>

/// Months and weekdays as strftime(3) has them in the C locale, which all that writes dates for
/// programs goes by.
namespace normalize {

inline constexpr std::array<std::string_view, 12> kMonths{
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> kWeekdays{
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
/// So many letters of each make its short name.
inline constexpr std::size_t kShortName = 3;

}  // namespace normalize
