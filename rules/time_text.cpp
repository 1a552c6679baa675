#include "rules/time_text.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "rules/calendar_names.h"

namespace normalize {
namespace {

constexpr std::string_view kNumbers = "YymdejHIMSs";
constexpr std::string_view kOthers = "BbAapZz";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t digits_of(char letter) {
  switch (letter) {
    case 'Y':
      return 4;
    case 'j':
      return 3;
    case 's':
      return 12;
    default:
      return 2;
  }
}

/// The parts of a time as a text tells them.
struct Told {
  std::int64_t year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::optional<std::int64_t> day_of_year, seconds;
  bool afternoon = false, half_days = false;
  std::int64_t offset_seconds = 0;

  std::int64_t& number(char letter) {
    switch (letter) {
      case 'Y':
      case 'y':
        return year;
      case 'm':
        return month;
      case 'd':
      case 'e':
        return day;
      case 'j':
        return day_of_year.emplace();
      case 's':
        return seconds.emplace();
      case 'M':
        return minute;
      case 'S':
        return second;
      default:
        return hour;
    }
  }

  std::optional<std::int64_t> moment() const;
};

std::optional<std::int64_t> Told::moment() const {
  namespace chrono = std::chrono;
  if (seconds) return *seconds;
  const chrono::year_month_day date{chrono::year(static_cast<int>(year)),
                                    chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || !date.ok() || minute > 59 || second > 60) return std::nullopt;
  if (half_days ? hour < 1 || hour > 12 : hour > 23) return std::nullopt;
  const std::int64_t hours = half_days ? hour % 12 + (afternoon ? 12 : 0) : hour;
  std::int64_t days = chrono::sys_days(date).time_since_epoch().count();
  if (day_of_year) {
    if (*day_of_year < 1 || *day_of_year > (date.year().is_leap() ? 366 : 365)) return std::nullopt;
    days += *day_of_year - 1;
  }
  return days * 86'400 + hours * 3600 + minute * 60 + second - offset_seconds;
}

/// Goes through a text from front to back.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : left_(text) {}
  bool at_end() const { return left_.empty(); }

  bool literal(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }
  bool number(std::size_t least, std::size_t most, std::int64_t& value) {
    std::size_t count = 0;
    while (count < most && count < left_.size() && is_digit(left_[count])) ++count;
    if (count < least) return false;
    value = 0;
    for (const char c : left_.substr(0, count)) value = value * 10 + (c - '0');
    left_.remove_prefix(count);
    return true;
  }
  /// One of `names`, or its first letters; counted from 0.
  template <std::size_t N>
  bool name(const std::array<std::string_view, N>& names, bool in_full, std::int64_t& index) {
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view name = in_full ? names[i] : names[i].substr(0, kShortName);
      if (!left_.starts_with(name)) continue;
      left_.remove_prefix(name.size());
      index = static_cast<std::int64_t>(i);
      return true;
    }
    return false;
  }
  bool zone_name() {
    constexpr std::size_t kLongest = 5;
    std::size_t count = 0;
    while (count < left_.size() && is_letter(left_[count])) ++count;
    if (count == 0 || count > kLongest) return false;
    left_.remove_prefix(count);
    return true;
  }
  /// "+0100" or "+01:00"
  bool offset(std::int64_t& seconds) {
    const bool behind = left_.starts_with('-');
    std::int64_t hours = 0, minutes = 0;
    if (!literal(behind ? '-' : '+') || !number(2, 2, hours)) return false;
    literal(':');
    if (!number(2, 2, minutes) || hours > 23 || minutes > 59) return false;
    seconds = (behind ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
  }

 private:
  std::string_view left_;
};

bool read_number(Scanner& in, char letter, bool padded, Told& told) {
  constexpr std::int64_t kCentury = 2000;  // POSIX: 69 to 99 are of the century before
  if (letter == 'e') in.literal(' ');
  const bool fixed = padded && letter != 'e' && letter != 's';
  const std::size_t digits = digits_of(letter);
  std::int64_t& value = told.number(letter);
  if (!in.number(fixed ? digits : 1, digits, value)) return false;
  if (letter == 'y') value += value < 69 ? kCentury : kCentury - 100;
  if (letter == 'I') told.half_days = true;
  return true;
}

bool read_other(Scanner& in, char letter, Told& told) {
  std::int64_t ignored = 0;
  switch (letter) {
    case 'B':
    case 'b':
      return in.name(kMonths, letter == 'B', told.month) && ++told.month;
    case 'A':
    case 'a':
      return in.name(kWeekdays, letter == 'A', ignored);
    case 'p':
      told.afternoon = in.literal('P');
      return (told.afternoon || in.literal('A')) && in.literal('M');
    case 'Z':
      return in.zone_name();
    default:
      return in.offset(told.offset_seconds);
  }
}

std::string padded(std::int64_t value, std::size_t digits, char with) {
  const std::string text = std::to_string(value);
  return std::string(digits - std::min(digits, text.size()), with) + text;
}

/// A time, taken apart in UTC.
struct Parts {
  explicit Parts(std::int64_t moment)
      : seconds(moment),
        midnight(std::chrono::floor<std::chrono::days>(
            std::chrono::sys_seconds(std::chrono::seconds(moment)))),
        date(midnight),
        clock(std::chrono::sys_seconds(std::chrono::seconds(moment)) - midnight) {}

  std::int64_t number(char letter) const;
  std::string word(char letter) const;

  std::int64_t seconds;
  std::chrono::sys_days midnight;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<std::chrono::seconds> clock;
};

std::int64_t Parts::number(char letter) const {
  switch (letter) {
    case 'Y':
      return static_cast<int>(date.year());
    case 'y':
      return static_cast<int>(date.year()) % 100;
    case 'm':
      return static_cast<unsigned>(date.month());
    case 'd':
    case 'e':
      return static_cast<unsigned>(date.day());
    case 'j':
      return (midnight - std::chrono::sys_days(date.year() / std::chrono::January / 1)).count() + 1;
    case 'H':
      return clock.hours().count();
    case 'I':
      return (clock.hours().count() + 11) % 12 + 1;
    case 'M':
      return clock.minutes().count();
    case 'S':
      return clock.seconds().count();
    default:
      return seconds;
  }
}

std::string Parts::word(char letter) const {
  const std::string_view month = kMonths[static_cast<unsigned>(date.month()) - 1];
  const std::string_view weekday = kWeekdays[std::chrono::weekday(midnight).c_encoding()];
  switch (letter) {
    case 'B':
      return std::string(month);
    case 'b':
      return std::string(month.substr(0, kShortName));
    case 'A':
      return std::string(weekday);
    case 'a':
      return std::string(weekday.substr(0, kShortName));
    case 'p':
      return clock.hours().count() < 12 ? "AM" : "PM";
    case 'Z':
      return "UTC";
    default:
      return "+0000";
  }
}

/// Letters that stand for several.
std::string spelled_out(std::string_view letters) {
  std::string text;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::string_view two = letters.substr(i, 2);
    if (two != "%F" && two != "%T" && two != "%%") {
      text += letters[i];
      continue;
    }
    text += two == "%F" ? "%Y-%m-%d" : two == "%T" ? "%H:%M:%S" : two;
    ++i;
  }
  return text;
}

}  // namespace

std::optional<TimeFormat> TimeFormat::parse(std::string_view letters) {
  TimeFormat format;
  const std::string text = spelled_out(letters);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      format.parts_.push_back({text[i], Part::Kind::literal});
      continue;
    }
    const bool plain = text.substr(i + 1, 1) == "-";
    i += plain ? 2 : 1;
    if (i >= text.size()) return std::nullopt;
    const bool is_number = kNumbers.find(text[i]) != kNumbers.npos;
    if (text[i] == '%' && !plain)
      format.parts_.push_back({'%', Part::Kind::literal});
    else if (is_number || (!plain && kOthers.find(text[i]) != kOthers.npos))
      format.parts_.push_back({text[i], plain ? Part::Kind::plain : Part::Kind::padded});
    else
      return std::nullopt;
  }
  return format;
}

std::optional<std::int64_t> TimeFormat::read(std::string_view text) const {
  Scanner in(text);
  Told told;
  for (const auto& [letter, kind] : parts_) {
    const bool is_number = kNumbers.find(letter) != kNumbers.npos;
    if (kind == Part::Kind::literal ? !in.literal(letter)
        : is_number                 ? !read_number(in, letter, kind == Part::Kind::padded, told)
                                    : !read_other(in, letter, told))
      return std::nullopt;
  }
  return in.at_end() ? told.moment() : std::nullopt;
}

std::string TimeFormat::write(std::int64_t seconds) const {
  const Parts parts(seconds);
  std::string text;
  for (const auto& [letter, kind] : parts_) {
    if (kind == Part::Kind::literal)
      text += letter;
    else if (kNumbers.find(letter) == kNumbers.npos)
      text += parts.word(letter);
    else if (kind == Part::Kind::plain || letter == 's')
      text += std::to_string(parts.number(letter));
    else
      text += padded(parts.number(letter), digits_of(letter), letter == 'e' ? ' ' : '0');
  }
  return text;
}

}  // namespace normalize
