#include "rules/epoch.h"

#include <doctest/doctest.h>

#include <string>

using normalize::parse_epoch;

TEST_CASE("an epoch is digits and nothing else") {
  CHECK(parse_epoch("0") == 0);
  CHECK(parse_epoch("1704164645") == 1'704'164'645);
  CHECK(parse_epoch("007") == 7);
  for (const char* wrong : {"", "-1", "+1", " 1", "1 ", "1.5", "1e9", "0x10", "now", "1\n"})
    CHECK_MESSAGE(!parse_epoch(wrong), wrong);
}

TEST_CASE("an epoch that 64 bits cannot hold is none") {
  CHECK(parse_epoch("9223372036854775807") == 9'223'372'036'854'775'807);
  CHECK_FALSE(parse_epoch("9223372036854775808"));
  CHECK_FALSE(parse_epoch(std::string(100, '9')));
}
