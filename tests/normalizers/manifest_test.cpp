#include <doctest/doctest.h>

#include "rules/jar_manifest.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string normal_text(std::string_view manifest, const Rules& rules = rules_with_epoch()) {
  return std::string(as_text(normal(as_bytes(manifest), "META-INF/MANIFEST.MF", rules)));
}

}  // namespace

TEST_CASE("attributes that tell when and by whom are dropped, the others keep their order") {
  CHECK(normal_text("Manifest-Version: 1.0\r\n"
                    "Bnd-LastModified: 1700000000000\r\n"
                    "Main-Class: a.B\r\n"
                    "built-by: someone\r\n"
                    "Created-By: 17 (Vendor)\r\n"
                    "\r\n") ==
        "Manifest-Version: 1.0\r\nMain-Class: a.B\r\nCreated-By: 17 (Vendor)\r\n\r\n");
}

TEST_CASE("in strict, what it was built with goes too") {
  CHECK(normal_text("Manifest-Version: 1.0\nCreated-By: 17 (Vendor)\nBuild-Jdk: 17\nX: y\n",
                    strict_rules()) == "Manifest-Version: 1.0\nX: y\n");
}

TEST_CASE("an attribute goes with the lines that it goes on in") {
  const Outcome outcome =
      run(as_bytes("Manifest-Version: 1.0\nBuilt-By: some\n one\n  else\nX: y\n"));
  CHECK(as_text(outcome.bytes) == "Manifest-Version: 1.0\nX: y\n");
  REQUIRE(outcome.findings.size() == 1);
  CHECK(outcome.findings[0].before == "Built-By: someone else");
}

TEST_CASE("line ends and folding of what stays are not touched") {
  const std::string_view kept =
      "Manifest-Version: 1.0\rX: a very long value that is folded\r\n  here\nY: z";
  CHECK(run(as_bytes(kept)).outcome == Result::Outcome::already_normal);
}

TEST_CASE("sections of files keep all they have") {
  const std::string_view kept = "Manifest-Version: 1.0\n\nName: a/b.class\nBuilt-By: x\n";
  CHECK(normal_text(kept) == kept);
}

TEST_CASE("a manifest with digests may be signed, and stays") {
  const std::string_view kept =
      "Manifest-Version: 1.0\nBuilt-By: x\n\nName: a\nSHA-256-Digest: AAAA\n";
  const Outcome outcome = run(as_bytes(kept));
  CHECK(as_text(outcome.bytes) == kept);
  CHECK(outcome.remarked("left as it was"));
}

TEST_CASE("a line without a name is damage") {
  CHECK(run(as_bytes("Manifest-Version: 1.0\nno colon\n"))
            .remarked("manifest: a line has no name (at 0x16)"));
}

TEST_CASE("names of attributes are compared in any case") {
  CHECK(drops_jar_attribute("BUILT-BY", Profile::safe));
  CHECK_FALSE(drops_jar_attribute("Created-By", Profile::safe));
  CHECK(drops_jar_attribute("Created-By", Profile::strict));
  CHECK_FALSE(drops_jar_attribute("Main-Class", Profile::strict));
}
