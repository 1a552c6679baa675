// Every byte that changes is accounted for: a law for every format and sample. One byte of a normal
// form is changed; where normalizing undoes that, the one byte must not go unsaid.

#include <doctest/doctest.h>

#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("a change of one byte alone is told where it is undone") {
  std::size_t undone = 0;
  for (const Rules& rules : {rules_with_epoch(), strict_rules()})
    for (const Sample& sample : all_samples()) {
      CAPTURE(sample.format);
      CAPTURE(sample.name);
      const Bytes normal_form = normal(sample.bytes, sample.name, rules);
      Bytes other = normal_form;
      for (const std::size_t i : places_of(other.size())) {
        CAPTURE(i);
        other[i] ^= std::byte{1};
        const Outcome outcome = survive(other, sample.name, rules);
        undone += outcome.bytes == normal_form;
        other[i] ^= std::byte{1};
      }
    }
  CHECK(undone > 100);
}
