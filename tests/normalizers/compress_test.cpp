#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// `payload` as compress(1) packs it; empty where that is not installed.
Bytes compressed(ByteView payload) {
  if (!have_tool("compress")) return {};
  const TempTree tree;
  tree.file("in", payload);
  const std::string in = shell_word((tree / "in").string());
  REQUIRE(run_command("compress -f -c < " + in + " > " + in + ".Z").status == 0);
  return read_file(tree / "in.Z");
}

}  // namespace

TEST_CASE("what is not normal inside a .Z file is said, and the file stays") {
  const Bytes file = compressed(noisy_gzip("text"));
  if (file.empty()) return;
  const Outcome outcome = run(file, "a.gz.Z");
  CHECK(outcome.format == "compress");
  CHECK(outcome.outcome == Result::Outcome::already_normal);
  CHECK(outcome.findings.empty());
  CHECK(outcome.remarked("read and not written, so what it unpacks to is left as it was"));
}

TEST_CASE("a .Z file of nobody's payload needs no word") {
  const Bytes file = compressed(bytes("some text, some text"));
  if (file.empty()) return;
  for (const Rules& rules : {rules_with_epoch(), strict_rules()}) {
    const Outcome outcome = run(file, "a.Z", rules);
    CHECK(outcome.outcome == Result::Outcome::already_normal);
    CHECK(outcome.remarks.empty());
  }
}

TEST_CASE("a code that was never learned is damage") {
  const Bytes file = bytes(std::string_view("\x1f\x9d\x90\x41\xff\xff\xff\xff\xff", 9));
  CHECK(run(file, "a.Z", strict_rules()).remarked("the compress data is damaged (at 0x"));
}
