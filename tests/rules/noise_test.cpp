#include "rules/noise.h"

#include <doctest/doctest.h>

#include "rules/mode.h"
#include "rules/owners.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Rules noisy(Rules rules, std::uint64_t seed) {
  rules.noise = Noise(seed);
  return rules;
}

}  // namespace

TEST_CASE("noise: a time behind the epoch becomes another one behind it, an older one stays") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Rules rules = noisy(rules_with_epoch(), seed);
    const std::int64_t other = rules.normal_time(kEpoch + 12'345'678);
    CHECK(other > kEpoch);
    CHECK(rules_with_epoch().normal_time(other) == kEpoch);
    CHECK(rules.normal_time(kEpoch - 1) == kEpoch - 1);
  }
  CHECK(noisy(rules_with_epoch(), 1).normal_time(kEpoch) !=
        noisy(rules_with_epoch(), 2).normal_time(kEpoch));
}

TEST_CASE("noise: without an epoch every time becomes another one that a format can hold") {
  constexpr TimeRange kDos{315'532'800, 4'354'819'198, 2};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::int64_t other = noisy({}, seed).normal_time(0, kDos);
    CHECK(other > kDos.floor);
    CHECK(other % 2 == 0);
    CHECK(other < std::int64_t{1} << 31);
  }
}

TEST_CASE("noise: what is noise already stays, to whatever part of a time a text is exact") {
  constexpr std::int64_t kDay = 86'400;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Noise noise(seed);
    for (std::int64_t month = 0; month < 24; ++month) {
      const std::int64_t once = noise.time(month * 30 * kDay, kEpoch);
      CHECK(noise.time(once, kEpoch) == once);
      CHECK(noise.time(once - once % kDay, kEpoch) == once);
    }
  }
}

TEST_CASE("noise: a year that does not fit into 31 bits is none") {
  CHECK(Noise(1).time(0, 2'145'916'800) == 2'145'916'800);  // 2038-01-01
  constexpr std::int64_t kFar = std::int64_t{1} << 62;
  CHECK(Noise(1).time(kFar, 5) == 5);
  CHECK(Noise(1).time(-kFar, 5) == 5);
}

TEST_CASE("noise: owners become others that are normalized alike") {
  Rules rules = noisy({}, 3);
  CHECK(normal_owner(0, rules) >= 1000);
  CHECK(normal_owner(0, rules) < 60'000);
  CHECK(normal_owner(normal_owner(5, rules), rules) == normal_owner(5, rules));
  rules.owners = Owners::system;
  CHECK(normal_owner(33, rules) == 33);
  CHECK(normal_owner(1234, rules) >= 1000);
  rules.owners = Owners::keep;
  CHECK(normal_owner(1234, rules) == 1234);
}

TEST_CASE("noise: modes get what a umask may have left, unless somebody chose them") {
  bool met[3] = {};
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const std::uint32_t mode = normal_mode(0100644, noisy({}, seed));
    met[0] |= mode == 0100644;
    met[1] |= mode == 0100664;
    met[2] |= mode == 0100666;
    CHECK(normal_mode(0101777, noisy({}, seed)) == 0101777);
  }
  CHECK((met[0] && met[1] && met[2]));
}

TEST_CASE("noise: in its order a folder comes in front of what is in it") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Noise noise(seed);
    CHECK(noise.place("a/") < noise.place("a/b"));
    CHECK(noise.place("a/b") < noise.place("a/b/c"));
    const bool apart =
        (noise.place("a") < noise.place("d")) == (noise.place("a/b") < noise.place("d"));
    CHECK(apart);
  }
}
