// What perturb shakes, normalizing undoes: for every format, nested too.

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Rules with_noise(Rules rules, std::uint64_t seed) {
  rules.noise = Noise(seed);
  return rules;
}

/// Enough for every run of the tests; NORMALIZE_SOAK asks for as many as it says.
std::uint64_t seeds() { return soak_factor() > 0 ? 100 * soak_factor() : 6; }

}  // namespace

TEST_CASE("what is shaken and then normalized is what was normalized alone") {
  std::map<std::string, std::size_t> shaken;
  for (const Rules& rules : {Rules{}, rules_with_epoch(), strict_rules()})
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.format);
      CAPTURE(sample.name);
      const Bytes normal_form = normal(sample.bytes, sample.name, rules);
      for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        CAPTURE(seed);
        const Bytes other = normal(sample.bytes, sample.name, with_noise(rules, seed));
        shaken[sample.format + "/" + sample.name] += other != normal_form;
        const bool same = normal(other, sample.name, rules) == normal_form;
        CHECK(same);
      }
    }
  for (const auto& [name, count] : shaken)
    if (std::getenv("NORMALIZE_TELL")) MESSAGE(name << " " << count);
}
