#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/neighbours.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// sha256 of "new", and of nothing.
constexpr std::string_view kNew =
    "11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437";
constexpr std::string_view kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string upload(std::string_view sum, std::string_view size, std::string_view name) {
  return std::string("Format: 1.8\nDate: today\nChecksums-Sha256:\n ")
      .append(sum)
      .append(" ")
      .append(size)
      .append(" ")
      .append(name)
      .append("\n");
}

Outcome beside(const std::string& name, const OneNeighbour& neighbour, const std::string& text,
               const Rules& rules = Rules{}) {
  return run(as_bytes(text), name, rules, &neighbour);
}

OneNeighbour holding_new(const std::string& name) { return {name, {0, 0}, bytes("new")}; }

std::string text_of(const Outcome& outcome) { return std::string(as_text(outcome.bytes)); }

}  // namespace

TEST_CASE("debian_upload: size and sum follow a file that stands beside it") {
  const Outcome outcome =
      beside("out/a.changes", holding_new("out/a.deb"), upload(kEmpty, "0", "a.deb"));
  CHECK(text_of(outcome) == upload(kNew, "3", "a.deb"));
  CHECK(outcome.found("sums of files"));
  CHECK_FALSE(run(outcome.bytes, "out/a.changes", Rules{}, nullptr).changed());
}

TEST_CASE("debian_upload: every list of the paragraph follows, with what else its lines say") {
  const std::string text =
      "Format: 1.8\nFiles:\n 0 0 misc optional a.deb\nChecksums-Sha1:\n 0 0 a.deb";
  CHECK(text_of(beside("a.changes", holding_new("a.deb"), text)) ==
        "Format: 1.8\nFiles:\n 22af645d1859cb5ca6da0c484f1f37ea 3 misc optional a.deb\n"
        "Checksums-Sha1:\n c2a6b03f190dfb2b4aa91f8af8d477a9bc3401dc 3 a.deb");
}

TEST_CASE(
    "debian_upload: what is not there, stands elsewhere or lists us back stays as it is told") {
  const std::string away = upload(kEmpty, "0", "b.deb");
  CHECK_FALSE(beside("a.changes", holding_new("a.deb"), away).changed());
  const std::string outside = upload(kEmpty, "0", "../a.deb");
  CHECK_FALSE(beside("x/a.changes", holding_new("x/../a.deb"), outside).changed());
  for (const std::string name : {"a.changes", "b.changes"}) {
    const std::string itself = upload(kEmpty, "0", name);
    CHECK_FALSE(beside("a.changes", holding_new(name), itself).changed());
  }
  const std::string backwards = upload(kEmpty, "0", "a.buildinfo");
  CHECK_FALSE(beside("a.dsc", holding_new("a.buildinfo"), backwards).changed());
  CHECK(beside("a.changes", holding_new("a.buildinfo"), backwards).changed());
  CHECK_FALSE(run(as_bytes(away), "a.changes").changed());
}

TEST_CASE("debian_upload: strict takes out of a .buildinfo what is about the build alone") {
  const std::string text =
      "Format: 1.0\nBuild-Date: Sun, 22 Nov 2026 05:30:27 +0000\nBuild-Path: /build\n"
      "Build-Tainted-By:\n usr-local-has-programs\nInstalled-Build-Depends:\n tar (= 1.34)\n"
      "Environment:\n LANG=\"C\"\n";
  const Outcome outcome = run(as_bytes(text), "a.buildinfo", strict_rules());
  CHECK(text_of(outcome) == "Format: 1.0\nInstalled-Build-Depends:\n tar (= 1.34)\n");
  CHECK(outcome.findings.size() == 4);
  CHECK_FALSE(run(as_bytes(text), "a.buildinfo").changed());
  CHECK_FALSE(run(as_bytes(text), "a.changes", strict_rules()).changed());
}

TEST_CASE("debian_upload: what is signed, or has sums nobody knows, stays and is said") {
  const std::string list = upload(kEmpty, "0", "a.deb");
  const Outcome sealed = beside("a.dsc", holding_new("a.deb"),
                                "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n" + list);
  CHECK_FALSE(sealed.changed());
  CHECK(sealed.remarked("signed (OpenPGP); left as it was"));
  const Outcome unknown =
      beside("a.dsc", holding_new("a.deb"), list + "Checksums-Whirlwind:\n 0 0 a.deb\n");
  CHECK(unknown.outcome == Result::Outcome::damaged);
  CHECK(unknown.remarked("Checksums-Whirlwind has sums that are not known"));
}
