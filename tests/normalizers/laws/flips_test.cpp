// Files with one wrong byte: laws for every format and sample.

#include <doctest/doctest.h>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("a sample with any one byte flipped is refused or handled") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.format);
    CAPTURE(sample.name);
    Bytes damaged = sample.bytes;
    for (const std::size_t i : places_of(damaged.size())) {
      CAPTURE(i);
      damaged[i] ^= std::byte{0xff};
      const Outcome outcome = survive(damaged, sample.name);
      // Now and then, since it doubles the work: what came out is normal.
      if (outcome.changed() && (i % 4 == 0 || soak_factor() > 0))
        CHECK(run(outcome.bytes, sample.name).outcome != Result::Outcome::changed);
      damaged[i] ^= std::byte{0xff};
    }
  }
}
