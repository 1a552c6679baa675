#include "rules/time_text.h"

#include <doctest/doctest.h>

using namespace normalize;

namespace {

constexpr std::int64_t kMoment = 1'704'164'645;  // 2024-01-02T03:04:05Z

std::optional<std::int64_t> read(std::string_view letters, std::string_view text) {
  return TimeFormat::parse(letters).value().read(text);
}

}  // namespace

TEST_CASE("what is written is read back, in all ways that generators have") {
  for (const std::string_view letters :
       {"%Y-%m-%d %H:%M:%S", "%FT%T%z", "%a %b %e %H:%M:%S %Y", "%A, %B %d, %Y %I:%M:%S %p",
        "%d %b %Y %H:%M:%S %Z", "%-d/%-m/%y %H.%M.%S", "%s", "%Y %j %T"}) {
    CAPTURE(letters);
    const auto format = TimeFormat::parse(letters).value();
    CHECK(format.read(format.write(kMoment)) == kMoment);
  }
  CHECK(TimeFormat::parse("%a %b %e %T %Y")->write(kMoment) == "Tue Jan  2 03:04:05 2024");
  CHECK(TimeFormat::parse("%-d %B %Y %I%p %j %Z %%")->write(kMoment) ==
        "2 January 2024 03AM 002 UTC %");
}

TEST_CASE("what a text does not tell is the least there is") {
  CHECK(read("%B %Y", "January 2024") == 1'704'067'200);
  CHECK(read("%Y", "2024") == 1'704'067'200);
}

TEST_CASE("a zone in hours counts, a zone's name is UTC") {
  CHECK(read("%F %T %z", "2024-01-02 05:34:05 +02:30") == kMoment);
  CHECK(read("%F %T %Z", "2024-01-02 03:04:05 CEST") == kMoment);
}

TEST_CASE("what is no time, or written otherwise, is not read") {
  CHECK_FALSE(read("%F", "2024-02-30"));
  CHECK_FALSE(read("%F", "2024-1-02"));
  CHECK_FALSE(read("%F", "2024-01-02 "));
  CHECK_FALSE(read("%B %Y", "Janvier 2024"));
  CHECK_FALSE(read("%T", "24:00:00"));
  CHECK_FALSE(read("%I %p", "13 PM"));
  CHECK_FALSE(read("%s", "99999999999999999999"));
  CHECK_FALSE(TimeFormat::parse("%Q"));
  CHECK_FALSE(TimeFormat::parse("%"));
}
