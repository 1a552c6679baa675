// Files that end too early, or go on as noise: laws for every format and sample.

#include <doctest/doctest.h>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("a sample cut short at any length is refused or handled") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.format);
    CAPTURE(sample.name);
    for (const std::size_t length : places_of(sample.bytes.size())) {
      CAPTURE(length);
      survive(ByteView(sample.bytes).first(length), sample.name);
    }
  }
}

TEST_CASE("random bytes behind a format's own first bytes are survived") {
  constexpr int kNoiseBytes = 2000;
  NoiseSource numbers(12'345);
  for (unsigned round = 0; round <= soak_factor(); ++round)
    for (const Sample& sample : all_samples())
      for (const std::size_t kept : {4U, 16U, 64U, 512U}) {
        const ByteView head =
            ByteView(sample.bytes).first(std::min<std::size_t>(kept, sample.bytes.size()));
        Bytes noise(head.begin(), head.end());
        for (int i = 0; i < kNoiseBytes; ++i)
          noise.push_back(static_cast<std::byte>(numbers.next()));
        survive(noise, sample.name);
      }
}
