#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace normalize {

/// A way to write a time, in the letters of strftime(3): Y y m d e j B b A a H I M S p Z z F T s %,
/// and - before a number for one without leading zeros ("%-d"). Names are English, zones UTC.
class TimeFormat {
 public:
  /// Unset where `letters` has one that is not known, or ends in a lone '%'.
  static std::optional<TimeFormat> parse(std::string_view letters);

  /// Seconds since 1970-01-01 of a `text` written in this way, all of it; what it does not tell is
  /// the least there is: "January 2024" is its first second. Times without a zone, or with a zone's
  /// name, count as UTC. Unset where it is written otherwise, or names no time.
  std::optional<std::int64_t> read(std::string_view text) const;

  /// `seconds` written in this way; within the years 1 to 9999.
  std::string write(std::int64_t seconds) const;

 private:
  struct Part {
    char letter;  // behind '%', or a character that stands for itself
    enum class Kind : std::uint8_t { literal, padded, plain } kind;
  };
  std::vector<Part> parts_;
};

}  // namespace normalize
