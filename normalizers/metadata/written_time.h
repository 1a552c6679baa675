#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/rules.h"

namespace normalize {

/// A moment as a text writes it, and the way it is written, so that another moment can take its
/// place: ISO 8601, RFC 1123, asctime(3) and Java's Date.toString(), Exif, PDF.
class WrittenTime {
 public:
  /// Unset where `text`, all of it, is not a date in one of those ways. A date without a zone, or
  /// with a zone's name, counts as UTC.
  static std::optional<WrittenTime> parse(std::string_view text);

  /// Seconds since 1970-01-01 UTC; fractions are dropped.
  std::int64_t seconds() const { return seconds_; }

  /// What the rules make of it: the epoch, or the moment itself. Unset where that is no change, and
  /// where there is no epoch.
  std::optional<std::int64_t> settled(const Rules& rules) const;

  /// `seconds`, within kRange, written the same way but in UTC, without fractions.
  std::string write(std::int64_t seconds) const;
  /// The same in as many bytes as were parsed: fractions become zeros. Unset where a zone's name
  /// or a day of one digit forbids it.
  std::optional<std::string> write_in_place(std::int64_t seconds) const;

  /// The years 0001 to 9999.
  static constexpr TimeRange kRange{-62'135'596'800, 253'402'300'799};

 private:
  static std::optional<WrittenTime> parse_as(std::string_view pattern, std::string_view text);
  std::string format(std::int64_t seconds, std::string_view fraction) const;

  std::string_view pattern_;
  std::size_t length_ = 0;
  std::int64_t seconds_ = 0;
  std::size_t fraction_bytes_ = 0;  // with its point
  std::string zone_;                // as it becomes: " +0000", "Z", "UTC", or empty
};

/// What the rules make of a date in metadata, which an author may have set: it stays without an
/// epoch, but `strict` then makes it 1970. In as many bytes; unset where that is no change, and
/// where `text` is no date.
std::optional<std::string> settled_metadata_date(std::string_view text, const Rules& rules);

}  // namespace normalize
