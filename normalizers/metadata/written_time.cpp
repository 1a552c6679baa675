// Dates in text. A pattern is a row of letters, each a part of a date, and of other characters,
// which stand for themselves: Y year, m month, b its name, d day, e day of one or two digits, a
// weekday, H M S time, f fraction, z zone, p zone of a PDF. Fraction and zones may be missing.

#include "normalizers/metadata/written_time.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "rules/calendar_names.h"

namespace normalize {
namespace {

constexpr std::array<std::string_view, 14> kPatterns{
    "Y-m-dTH:M:Sfz",    // ISO 8601, XMP
    "Y-m-dTH:Mz",       //
    "Y-m-d H:M:Sfz",    // the same for people
    "Y-m-d H:Mz",       // gettext
    "Y-m-d",            //
    "Y:m:d H:M:S",      // Exif
    "Y/m/d H:M:Sfz",    //
    "a, e b Y H:M:Sz",  // RFC 1123
    "e b Y H:M:Sz",     //
    "d.m.Y @ H:M:Sz",   // git-commit-id-maven-plugin
    "a b e H:M:Sz Y",   // asctime(3), Date.toString() of Java, date(1)
    "D:YmdHMSp",        // PDF, ISO 32000-1 section 7.9.4
    "D:YmdHM",          //
    "D:Ymd",            //
};

struct Parts {
  int year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<std::int64_t> seconds_of(const Parts& parts) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  const bool leap_second_at_most = parts.second <= 60;
  if (parts.year < 1 || !date.ok() || parts.hour > 23 || parts.minute > 59 || !leap_second_at_most)
    return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return std::int64_t{days} * 86'400 + std::int64_t{parts.hour} * 3600 +
         std::int64_t{parts.minute} * 60 + parts.second;
}

/// Goes through a text, one part of a date at a time.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : left_(text) {}

  bool number(std::size_t digits, int& value) {
    const std::string_view text = left_.substr(0, digits);
    if (text.size() < digits || !std::ranges::all_of(text, is_digit)) return false;
    value = 0;
    for (const char c : take(digits)) value = value * 10 + (c - '0');
    return true;
  }
  bool literal(char c) {
    if (left_.empty() || left_.front() != c) return false;
    take(1);
    return true;
  }
  /// One of `names`, in short; its index.
  template <std::size_t N>
  bool name(const std::array<std::string_view, N>& names, int& index) {
    const auto found = std::ranges::find_if(names, [&](std::string_view name) {
      return left_.starts_with(name.substr(0, kShortName));
    });
    if (found == names.end()) return false;
    index = static_cast<int>(found - names.begin());
    take(kShortName);
    return true;
  }
  template <typename Predicate>
  std::string_view run(Predicate belongs) {
    const auto end = std::ranges::find_if_not(left_, belongs);
    return take(static_cast<std::size_t>(end - left_.begin()));
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view left() const { return left_; }

 private:
  std::string_view left_;
};

/// "+hhmm", "+hh:mm", "+hh'mm'", "+hh" or nothing; what it becomes goes to `zone`.
bool parse_offset(Scanner& in, std::string& zone, int& offset_seconds) {
  if (in.left().empty() || (in.left().front() != '+' && in.left().front() != '-')) return true;
  const int sign = in.take(1) == "-" ? -1 : 1;
  int hours = 0, minutes = 0;
  if (!in.number(2, hours)) return false;
  zone += "+00";
  for (const char separator : {':', '\''})
    if (in.literal(separator)) zone += separator;
  if (in.number(2, minutes)) zone += "00";
  if (in.literal('\'')) zone += '\'';
  if (hours > 23 || minutes > 59) return false;
  offset_seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

/// Perhaps a space, then "Z", an offset, or a name perhaps with an offset ("GMT+01:00").
bool parse_zone(Scanner& in, std::string& zone, int& offset_seconds) {
  const std::string_view left = in.left();
  const bool space = left.size() > 1 && left.front() == ' ' &&
                     (left[1] == '+' || left[1] == '-' || is_letter(left[1]));
  if (space) zone += in.take(1);
  const std::string_view name = in.run(is_letter);
  if (name.size() > 5) return false;
  if (name == "Z" || name == "GMT")
    zone += name;
  else if (!name.empty())
    zone += "UTC";
  std::string offset;
  if (!parse_offset(in, offset, offset_seconds)) return false;
  if (name.empty()) zone += offset;
  return true;
}

/// "Z00'00'" as Ghostscript writes it, "Z'" as LibreOffice does.
bool parse_pdf_utc(Scanner& in, std::string& zone) {
  if (in.left() != "Z00'00'" && in.left() != "Z'") return false;
  zone = in.take(in.left().size());
  return true;
}

}  // namespace

std::optional<WrittenTime> WrittenTime::parse_as(std::string_view pattern, std::string_view text) {
  Scanner in(text);
  Parts parts;
  WrittenTime time;
  int offset_seconds = 0, unused = 0;
  const auto part = [&](char letter) {
    switch (letter) {
      case 'Y':
        return in.number(4, parts.year);
      case 'm':
        return in.number(2, parts.month);
      case 'd':
        return in.number(2, parts.day);
      case 'H':
        return in.number(2, parts.hour);
      case 'M':
        return in.number(2, parts.minute);
      case 'S':
        return in.number(2, parts.second);
      case 'a':
        return in.name(kWeekdays, unused);
      case 'b':
        return in.name(kMonths, parts.month) && ++parts.month;
      case 'e':
        in.literal(' ');
        return in.number(2, parts.day) || in.number(1, parts.day);
      case 'f':
        if (in.literal('.')) time.fraction_bytes_ = 1 + in.run(is_digit).size();
        return time.fraction_bytes_ != 1;
      case 'p':
        if (parse_pdf_utc(in, time.zone_)) return true;
        [[fallthrough]];
      case 'z':
        return parse_zone(in, time.zone_, offset_seconds);
      default:
        return in.literal(letter);
    }
  };
  if (!std::ranges::all_of(pattern, part) || !in.left().empty()) return std::nullopt;
  const auto seconds = seconds_of(parts);
  if (!seconds) return std::nullopt;
  time.pattern_ = pattern;
  time.length_ = text.size();
  time.seconds_ = *seconds - offset_seconds;
  return time;
}

std::optional<WrittenTime> WrittenTime::parse(std::string_view text) {
  if (text.size() < 10 || text.size() > 64) return std::nullopt;
  for (const std::string_view pattern : kPatterns)
    if (auto time = parse_as(pattern, text)) return time;
  return std::nullopt;
}

std::string WrittenTime::format(std::int64_t seconds, std::string_view fraction) const {
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(moment - midnight);
  const auto number = [](auto value, std::size_t digits) {
    const std::string text = std::to_string(value);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
  };
  std::string text;
  for (const char letter : pattern_) {
    switch (letter) {
      case 'Y':
        text += number(static_cast<int>(date.year()), 4);
        break;
      case 'm':
        text += number(static_cast<unsigned>(date.month()), 2);
        break;
      case 'b':
        text += kMonths[static_cast<unsigned>(date.month()) - 1].substr(0, kShortName);
        break;
      case 'd':
      case 'e':
        text += number(static_cast<unsigned>(date.day()), 2);
        break;
      case 'a':
        text += kWeekdays[std::chrono::weekday(midnight).c_encoding()].substr(0, kShortName);
        break;
      case 'H':
        text += number(clock.hours().count(), 2);
        break;
      case 'M':
        text += number(clock.minutes().count(), 2);
        break;
      case 'S':
        text += number(clock.seconds().count(), 2);
        break;
      case 'f':
        text += fraction;
        break;
      case 'z':
      case 'p':
        text += zone_;
        break;
      default:
        text += letter;
    }
  }
  return text;
}

std::string WrittenTime::write(std::int64_t seconds) const { return format(seconds, ""); }

std::optional<std::string> WrittenTime::write_in_place(std::int64_t seconds) const {
  const std::string zeros = fraction_bytes_ == 0 ? "" : "." + std::string(fraction_bytes_ - 1, '0');
  std::string text = format(seconds, zeros);
  if (text.size() != length_) return std::nullopt;
  return text;
}

std::optional<std::int64_t> WrittenTime::settled(const Rules& rules) const {
  const std::int64_t normal = rules.normal_time(seconds_, kRange);
  if (!rules.epoch || normal == seconds_) return std::nullopt;
  return normal;
}

std::optional<std::string> settled_metadata_date(std::string_view text, const Rules& rules) {
  constexpr std::int64_t kLongAgo = 0;
  const auto time = WrittenTime::parse(text);
  if (!time) return std::nullopt;
  const auto seconds =
      !rules.epoch && rules.strict() ? std::optional(kLongAgo) : time->settled(rules);
  const auto normal = seconds ? time->write_in_place(*seconds) : std::nullopt;
  return normal == text ? std::nullopt : normal;
}

}  // namespace normalize
