#include "rules/format_time.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using normalize::format_time;

TEST_CASE("a time is written in UTC") {
  CHECK(format_time(0) == "1970-01-01T00:00:00Z");
  CHECK(format_time(1'704'164'645) == "2024-01-02T03:04:05Z");
  CHECK(format_time(951'782'400) == "2000-02-29T00:00:00Z");
  CHECK(format_time(0xffff'ffff) == "2106-02-07T06:28:15Z");
  CHECK(format_time(-1) == "1969-12-31T23:59:59Z");
}

TEST_CASE("every 64-bit time has a text") {
  CHECK(format_time(std::numeric_limits<std::int64_t>::max()) == "292277026596-12-04T15:30:07Z");
  CHECK(format_time(std::numeric_limits<std::int64_t>::min()) == "-292277022657-01-27T08:29:52Z");
}
