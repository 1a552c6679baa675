#include "rules/rules.h"

#include <doctest/doctest.h>

using namespace normalize;

TEST_CASE("with an epoch, later times are lowered to it and older ones stay") {
  Rules rules;
  rules.epoch = 1000;
  CHECK(rules.normal_time(2000) == 1000);
  CHECK(rules.normal_time(1000) == 1000);
  CHECK(rules.normal_time(5) == 5);
}

TEST_CASE("an epoch of zero is an epoch") {
  Rules rules;
  rules.epoch = 0;
  CHECK(rules.normal_time(2000, {-100, 100}) == 0);
  CHECK(rules.normal_time(-7, {-100, 100}) == -7);
}

TEST_CASE("set gives every time the epoch") {
  Rules rules;
  rules.epoch = 1000;
  rules.time_mode = TimeMode::set;
  CHECK(rules.normal_time(5) == 1000);
  CHECK(rules.normal_time(5000) == 1000);
}

TEST_CASE("without an epoch every time becomes the format's own zero") {
  const Rules rules;
  CHECK(rules.normal_time(5000) == 0);
  CHECK(rules.normal_time(5000, {315'532'800, 4'354'819'198}) == 315'532'800);
}

TEST_CASE("a time past what the format holds is moved to the nearest it holds") {
  Rules rules;
  rules.epoch = 10;
  rules.time_mode = TimeMode::set;
  CHECK(rules.normal_time(0, {100, 200}) == 100);
  rules.epoch = 300;
  CHECK(rules.normal_time(0, {100, 200}) == 200);
}

TEST_CASE("a file may unpack to a multiple of its size, within a floor and a ceiling") {
  const Limits limits{.expansion_ratio = 10, .expansion_floor = 50, .expansion_ceiling = 1000};
  CHECK(limits.expanded_bytes(0) == 50);
  CHECK(limits.expanded_bytes(20) == 200);
  CHECK(limits.expanded_bytes(500) == 1000);
  CHECK(limits.expanded_bytes(~std::uint64_t{0}) == 1000);  // no product that wraps
}

TEST_CASE("streams are kept by the safe profile, packed anew by the strict one, unless told") {
  Rules rules;
  CHECK(rules.recompression() == Recompress::keep);
  rules.profile = Profile::strict;
  CHECK(rules.recompression() == Recompress::canonical);
  rules.recompress = Recompress::store;
  CHECK(rules.recompression() == Recompress::store);
}

TEST_CASE("a time between two steps of a format becomes the earlier one") {
  Rules rules;
  rules.epoch = 1001;
  CHECK(rules.normal_time(5000, {100, 2000, 2}) == 1000);
  CHECK(rules.normal_time(999, {101, 2000, 2}) == 999);
  CHECK(rules.normal_time(3, {101, 2000, 2}) == 101);
}
