#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("the fixtures of rpmbuild end identical") {
  if (shared_fixtures().empty()) return;
  Rules rules;
  rules.epoch = 1'700'000'000;  // before they were made
  for (const auto& [folder, name] : {std::pair("flat", "tiny-1.2-1.x86_64.rpm"), std::pair("nested", "nest-0.3-1.x86_64.rpm")}) {
    const auto fixtures = shared_fixtures() / "packages" / "rpmbuild" / folder;
    const Bytes a = read_file(fixtures / "a" / name), b = read_file(fixtures / "b" / name);
    REQUIRE(a != b);
    for (const Rules& r : {rules, rules_with_epoch(), Rules{}, strict_rules()}) {
      const Outcome na = run(a, name, r), nb = run(b, name, r);
      CHECK(na.changed()); 
      CHECK(na.bytes == nb.bytes);
      for (const Remark& remark : na.remarks) MESSAGE(remark.text);
      CHECK(run(na.bytes, name, r).outcome == Result::Outcome::already_normal);
    }
  }
}
