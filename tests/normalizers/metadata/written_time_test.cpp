#include "normalizers/metadata/written_time.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string at_epoch(std::string_view text) {
  const auto time = WrittenTime::parse(text);
  return time ? time->write(kEpoch) : "not a date";
}

}  // namespace

TEST_CASE("a date is written as it was found, in UTC") {
  CHECK(at_epoch("2030-12-31T23:59:59Z") == "2024-01-02T03:04:05Z");
  CHECK(at_epoch("2030-12-31T23:59:59.123+05:30") == "2024-01-02T03:04:05+00:00");
  CHECK(at_epoch("2030-12-31T23:59:59") == "2024-01-02T03:04:05");
  CHECK(at_epoch("2030-12-31T23:59-08") == "2024-01-02T03:04+00");
  CHECK(at_epoch("2030-12-31 23:59+0100") == "2024-01-02 03:04+0000");
  CHECK(at_epoch("2030-12-31 23:59:59 CEST") == "2024-01-02 03:04:05 UTC");
  CHECK(at_epoch("2030-12-31") == "2024-01-02");
  CHECK(at_epoch("2030:12:31 23:59:59") == "2024:01:02 03:04:05");
  CHECK(at_epoch("2030/12/31 23:59:59") == "2024/01/02 03:04:05");
  CHECK(at_epoch("Tue, 31 Dec 2030 23:59:59 GMT") == "Tue, 02 Jan 2024 03:04:05 GMT");
  CHECK(at_epoch("Tue, 1 Jan 2030 23:59:59 -0700") == "Tue, 02 Jan 2024 03:04:05 +0000");
  CHECK(at_epoch("1 Jan 2030 23:59:59 +0100") == "02 Jan 2024 03:04:05 +0000");
  CHECK(at_epoch("Tue Jan 01 23:59:59 GMT+01:00 2030") == "Tue Jan 02 03:04:05 GMT 2024");
  CHECK(at_epoch("Tue Jan  1 23:59:59 CET 2030") == "Tue Jan 02 03:04:05 UTC 2024");
  CHECK(at_epoch("Tue Jan  1 23:59:59 2030") == "Tue Jan 02 03:04:05 2024");
  CHECK(at_epoch("D:20301231235959+01'00'") == "D:20240102030405+00'00'");
  CHECK(at_epoch("D:20301231235959Z") == "D:20240102030405Z");
  CHECK(at_epoch("D:20301231235959Z00'00'") == "D:20240102030405Z00'00'");
  CHECK(at_epoch("D:20301231235959Z'") == "D:20240102030405Z'");
  CHECK(at_epoch("D:203012312359") == "D:202401020304");
  CHECK(at_epoch("D:20301231") == "D:20240102");
}

TEST_CASE("the zone of a date is taken into account") {
  CHECK(WrittenTime::parse("2024-01-02T03:04:05Z")->seconds() == kEpoch);
  CHECK(WrittenTime::parse("2024-01-02T08:34:05+05:30")->seconds() == kEpoch);
  CHECK(WrittenTime::parse("2024-01-01 19:04:05 -0800")->seconds() == kEpoch);
  CHECK(WrittenTime::parse("Tue Jan 02 04:04:05 GMT+01:00 2024")->seconds() == kEpoch);
  CHECK(WrittenTime::parse("D:20240102040405+01'00'")->seconds() == kEpoch);
}

TEST_CASE("in place a date keeps its length, or is refused") {
  CHECK(WrittenTime::parse("2030-12-31T23:59:59.123+05:30")->write_in_place(kEpoch) ==
        "2024-01-02T03:04:05.000+00:00");
  CHECK_FALSE(WrittenTime::parse("2030-12-31 23:59:59 CEST")->write_in_place(kEpoch));
}

TEST_CASE("what is no date is told from what is one") {
  for (const std::string_view text :
       {"", "2030", "YEAR-MO-DA HO:MI+ZONE", "2030-02-30", "2030-13-01", "2030-12-31T24:00:00Z",
        "2030-12-31T23:59:59.Z", "2030-12-31T23:59:59Z and more", "2030-12-31T23:59:59+1",
        "0000-12-31T23:59:59Z", "2030-12-31 23:60:00", "Tue, 31 Foo 2030 23:59:59 GMT",
        "2030-12-31T23:59:59+99:00", "2030-12-31 23:59 NOWHERE"})
    CHECK_MESSAGE(at_epoch(text) == "not a date", text);
}

TEST_CASE("what is written is parsed back to the same moment, also at the ends of the range") {
  for (const std::int64_t seconds : {WrittenTime::kRange.floor, std::int64_t{-1}, std::int64_t{0},
                                     kEpoch, WrittenTime::kRange.ceiling})
    for (const std::string_view shape :
         {"2030-12-31T23:59:59Z", "Tue Jan 01 23:59:59 UTC 2030", "D:20301231235959Z"}) {
      const std::string text = WrittenTime::parse(shape)->write(seconds);
      CAPTURE(text);
      REQUIRE(WrittenTime::parse(text));
      CHECK(WrittenTime::parse(text)->seconds() == seconds);
    }
}

TEST_CASE("a date later than the epoch is lowered to it, and none is without an epoch") {
  const auto later = *WrittenTime::parse("2030-12-31");
  CHECK(later.settled(rules_with_epoch()) == kEpoch);
  CHECK_FALSE(WrittenTime::parse("2023-12-31")->settled(rules_with_epoch()));
  CHECK_FALSE(later.settled(Rules{}));
}
