// Every format in the registry is held to the same laws, over each of its samples in tests/data/.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

struct Sample {
  std::string format;
  std::string name;
  Bytes bytes;
};

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (const auto& normalizer : all_normalizers())
    for (const auto& path : samples(normalizer->name()))
      all.push_back({std::string(normalizer->name()), path.filename(), read_file(path)});
  return all;
}

/// Normalizes hostile bytes: any answer will do that leaves damaged input as it was.
void survive(ByteView input, std::string_view name) {
  const Outcome outcome = run(input, name);
  if (outcome.outcome == Result::Outcome::damaged) CHECK_FALSE(outcome.remarks.empty());
  if (outcome.changed()) CHECK(outcome.bytes != Bytes(input.begin(), input.end()));
}

// The quadratic laws run whole over samples up to these sizes, and at even steps over larger ones
// and over those that ask for an encoder of many megabytes each time they are packed again.
constexpr std::size_t kWholeCuts = 8192, kWholeFlips = 4096, kCostlySteps = 29;

std::size_t step_over(const Sample& sample, std::size_t whole) {
  const bool costly = sample.name.starts_with("zstd.") || sample.name.starts_with("xz.");
  return costly ? kCostlySteps : sample.bytes.size() / whole + 1;
}

}  // namespace

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

TEST_CASE("normalizing twice equals normalizing once") {
  for (const Rules& rules : {Rules{}, rules_with_epoch(), strict_rules()})
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.format);
      CAPTURE(sample.name);
      const Bytes once = normal(sample.bytes, sample.name, rules);
      const Outcome twice = run(once, sample.name, rules);
      CHECK(twice.outcome != Result::Outcome::changed);
      CHECK(twice.outcome != Result::Outcome::damaged);
    }
}

TEST_CASE("a change comes with a finding, and no finding without a change") {
  for (const Rules& rules : {Rules{}, rules_with_epoch(), strict_rules()})
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.format);
      CAPTURE(sample.name);
      const Outcome outcome = run(sample.bytes, sample.name, rules);
      CHECK(outcome.outcome != Result::Outcome::damaged);
      CHECK(outcome.changed() == !outcome.findings.empty());
      for (const Finding& finding : outcome.findings) {
        CHECK_FALSE(finding.format.empty());
        CHECK_FALSE(finding.field->name.empty());
        CHECK_MESSAGE(finding.before != finding.after, std::string(finding.field->name));
      }
    }
}

TEST_CASE("a sample cut short at any length is refused or handled") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.format);
    CAPTURE(sample.name);
    const std::size_t step = step_over(sample, kWholeCuts);
    for (std::size_t length = 0; length < sample.bytes.size(); length += step) {
      CAPTURE(length);
      survive(ByteView(sample.bytes).first(length), sample.name);
    }
  }
}

TEST_CASE("a sample with any one byte flipped is refused or handled") {
  for (const Sample& sample : all_samples()) {
    CAPTURE(sample.format);
    CAPTURE(sample.name);
    Bytes damaged = sample.bytes;
    const std::size_t step = step_over(sample, kWholeFlips);
    for (std::size_t i = 0; i < damaged.size(); i += step) {
      CAPTURE(i);
      damaged[i] ^= std::byte{0xff};
      survive(damaged, sample.name);
      damaged[i] ^= std::byte{0xff};
    }
  }
}

TEST_CASE("the empty file and two bytes of anything are nobody's") {
  CHECK(run({}).outcome == Result::Outcome::not_ours);
  for (unsigned first = 0; first < 256; ++first)
    for (unsigned second = 0; second < 256; ++second) {
      const Bytes two{static_cast<std::byte>(first), static_cast<std::byte>(second)};
      CHECK(run(two).outcome == Result::Outcome::not_ours);
    }
}

TEST_CASE("random bytes behind a format's own first bytes are survived") {
  std::uint32_t state = 12'345;
  const auto random_byte = [&] {
    state = state * 1'664'525 + 1'013'904'223;  // Numerical Recipes' generator
    return static_cast<std::byte>(state >> 24);
  };
  for (const Sample& sample : all_samples())
    for (const std::size_t kept : {4U, 16U, 64U, 512U}) {
      Bytes noise(sample.bytes.begin(),
                  sample.bytes.begin() + static_cast<std::ptrdiff_t>(
                                             std::min<std::size_t>(kept, sample.bytes.size())));
      for (int i = 0; i < 2000; ++i) noise.push_back(random_byte());
      survive(noise, sample.name);
    }
}
