// Which format a file is: laws for every format and sample.

#include <doctest/doctest.h>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("every format has a sample") {
  for (const auto& normalizer : all_normalizers())
    CHECK_MESSAGE(!samples(normalizer->name()).empty(), std::string(normalizer->name()));
}

TEST_CASE("exactly one format claims a sample") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.name);
    WholeSource source(sample.bytes);
    for (const auto& normalizer : all_normalizers())
      CHECK_MESSAGE(normalizer->recognizes({sample.name, source.head(), source}) ==
                        (normalizer->name() == sample.format),
                    std::string(normalizer->name()));
  }
}

TEST_CASE("nothing that a format claims is passed over as surely nobody's") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.name);
    CHECK_FALSE(surely_nobodys(
        ByteView(sample.bytes).first(std::min<std::size_t>(sample.bytes.size(), 8))));
  }
  CHECK(surely_nobodys(as_bytes(std::string_view("\xca\xfe\xba\xbe\0\0\0\x41", 8))));
  CHECK_FALSE(surely_nobodys(as_bytes(std::string_view("\xca\xfe\xba\xbe\0\0\0\2", 8))));
}

TEST_CASE("the empty file and two bytes of anything are nobody's") {
  CHECK(run({}).outcome == Result::Outcome::not_ours);
  for (unsigned first = 0; first < 256; ++first)
    for (unsigned second = 0; second < 256; ++second) {
      const Bytes two{static_cast<std::byte>(first), static_cast<std::byte>(second)};
      CHECK(run(two).outcome == Result::Outcome::not_ours);
    }
}
