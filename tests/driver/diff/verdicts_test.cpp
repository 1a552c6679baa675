// What diff says of a pair against what normalize makes of each.

#include <doctest/doctest.h>

#include "tests/support/comparison.h"
#include "tests/support/laws.h"

using namespace normalize;
using namespace normalize::test;
using diff::Verdict;

TEST_CASE(
    "of every sample with one bit flipped, diff says that it is noise where both end the same") {
  const Rules rules = diff::default_rules();
  for (const Sample& sample : all_samples()) {
    // Those are nothing but their payload; how that is packed counts as noise.
    if (sample.format == "bzip2" || sample.format == "lzma" || sample.format == "compress")
      continue;
    const std::string& name = sample.name;
    CAPTURE(name);
    const Bytes before = normal(sample.bytes, name, rules);
    for (const std::size_t part : {1U, 2U, 3U, 5U, 7U, 9U}) {
      Bytes changed = sample.bytes;
      const std::size_t at = changed.size() * part / 10;
      if (at >= changed.size()) continue;
      changed[at] ^= std::byte{1};
      CAPTURE(at);
      const TempTree tree;
      const diff::Comparison comparison =
          compare(tree.file("a/" + name, sample.bytes), tree.file("b/" + name, changed), rules);
      const bool same = before == normal(changed, name, rules);
      CHECK((comparison.root.verdict == Verdict::noise) == same);
      CHECK((comparison.root.verdict == Verdict::different) == !same);
    }
  }
}
