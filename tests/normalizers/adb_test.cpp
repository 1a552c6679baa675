#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

TEST_CASE("adb: a package of apk 3 is recognized in every packing, left, and said") {
  for (const auto& path : samples("adb")) {
    const Bytes package = read_file(path);
    const Outcome outcome = run(package, "a.apk");
    CHECK(outcome.format == "adb");
    CHECK(outcome.outcome == Result::Outcome::already_normal);
    CHECK(outcome.remarked("(apk 3) keeps sums of all in it; left as it was"));
  }
  CHECK(run(bytes("ADBc\2\x13packed")).format == "adb");
}

TEST_CASE("adb: a text that begins like one is nobody's") {
  for (const std::string_view text : {"ADB. is short for", "ADBd", "ADBd is no deflate", "ADBcd"})
    CHECK(run(bytes(text)).outcome == Result::Outcome::not_ours);
}

TEST_CASE("adb: packages that apk mkpkg made are left and said") {
  const auto fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const auto path = fixtures / "packages/apk-v3-mkpkg/flat/a/tiny-1.2-r0.apk";
  const Bytes package = read_file(path);
  const Outcome outcome = run(package, "tiny-1.2-r0.apk");
  CHECK(outcome.bytes == package);
  CHECK(outcome.remarked("apk 3"));
}
