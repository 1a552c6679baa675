#include "normalizers/zip/dos_time.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace normalize::zip {
namespace {

struct Fields {
  unsigned year, month, day, hour, minute, second;
};

Fields fields_of(DosTime modified) {
  const unsigned date = modified.date, time = modified.time;
  return {1980 + (date >> 9), date >> 5 & 15, date & 31,
          time >> 11,         time >> 5 & 63, 2 * (time & 31)};
}

}  // namespace

std::int64_t to_seconds(DosTime modified) {
  using namespace std::chrono;
  const Fields f = fields_of(modified);
  const unsigned month_number = std::clamp(f.month, 1U, 12U), day_number = std::max(f.day, 1U);
  const sys_days month_start = year(static_cast<int>(f.year)) / month(month_number) / day(1);
  const auto moment =
      month_start + days(day_number - 1) + hours(f.hour) + minutes(f.minute) + seconds(f.second);
  return std::clamp<std::int64_t>(moment.time_since_epoch().count(), kDosRange.floor,
                                  kDosRange.ceiling);
}

DosTime to_dos_time(std::int64_t seconds_since_1970) {
  using namespace std::chrono;
  const sys_seconds moment{seconds(seconds_since_1970)};
  const auto midnight = floor<days>(moment);
  const year_month_day date(midnight);
  const hh_mm_ss time(moment - midnight);
  const auto year_bits = static_cast<unsigned>(static_cast<int>(date.year()) - 1980) << 9;
  const unsigned month_bits = static_cast<unsigned>(date.month()) << 5;
  const auto time_bits = static_cast<unsigned>(
      time.hours().count() << 11 | time.minutes().count() << 5 | time.seconds().count() / 2);
  return {static_cast<std::uint16_t>(time_bits),
          static_cast<std::uint16_t>(year_bits | month_bits | static_cast<unsigned>(date.day()))};
}

std::string to_text(DosTime modified) {
  const Fields f = fields_of(modified);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04u-%02u-%02uT%02u:%02u:%02u", f.year, f.month, f.day,
                f.hour, f.minute, f.second);
  return text.data();
}

}  // namespace normalize::zip
