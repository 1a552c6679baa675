// What a normal form is: laws for every format and sample.

#include <doctest/doctest.h>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

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
