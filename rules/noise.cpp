#include "rules/noise.h"

#include <array>
#include <chrono>

namespace normalize {
namespace {

using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr int kLastYear = 2037;  // the last whole one that 31 bits of seconds hold
constexpr unsigned kDays = 28, kEvenSecondsOfDay = 43'200;
constexpr std::int64_t kFirstPerson = 1000, kPersons = 50'000, kPersonsKeptApart = 8;

year_month_day date_of(std::int64_t seconds) {
  return floor<std::chrono::days>(sys_seconds(std::chrono::seconds(seconds)));
}

}  // namespace

std::uint64_t NoiseSource::next() {
  std::uint64_t z = state_ += 0x9e37'79b9'7f4a'7c15;
  z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
  return z ^ (z >> 31);
}

std::uint64_t Noise::drawn(std::uint64_t from) const {
  return NoiseSource(NoiseSource(seed_).next() ^ from).next();
}

std::int64_t Noise::time(std::int64_t seconds, std::int64_t least) const {
  // Times beyond what a calendar of 16 bits can tell; nobody's clock shows them.
  constexpr std::int64_t kMost = std::int64_t{900'000'000'000};
  if (least > kMost || seconds > kMost || seconds < -kMost) return least;
  const int first_year = static_cast<int>(date_of(least).year()) + 1;
  if (first_year > kLastYear) return least;
  const auto years = static_cast<std::uint64_t>(kLastYear - first_year + 1);
  const std::chrono::year year(first_year + static_cast<int>(drawn(0) % years));
  const std::chrono::month month = date_of(seconds).month();
  NoiseSource source(drawn(static_cast<unsigned>(month)));
  const std::chrono::day day(1 + static_cast<unsigned>(source.below(kDays)));
  const sys_seconds midnight = sys_days(year / month / day);
  return midnight.time_since_epoch().count() +
         2 * static_cast<std::int64_t>(source.below(kEvenSecondsOfDay));
}

std::uint32_t Noise::umask_bits(std::uint32_t mode) const {
  constexpr std::array kLeft{0U, 020U, 022U};
  return kLeft[drawn(mode & ~022U) % kLeft.size()];
}

std::int64_t Noise::owner(std::int64_t id) const {
  const auto somebody = static_cast<std::int64_t>(drawn(1) % (kPersons / kPersonsKeptApart));
  return kFirstPerson + somebody * kPersonsKeptApart + (id & (kPersonsKeptApart - 1));
}

std::vector<std::uint64_t> Noise::place(std::string_view path) const {
  while (path.ends_with('/')) path.remove_suffix(1);
  std::vector<std::uint64_t> places;
  std::uint64_t hash = drawn(2);
  for (const char c : path) {
    if (c == '/') places.push_back(hash);
    hash = NoiseSource(hash ^ static_cast<unsigned char>(c)).next();
  }
  places.push_back(hash);
  return places;
}

NoiseSource Noise::source(std::uint64_t digest) const { return NoiseSource(drawn(digest)); }

}  // namespace normalize
