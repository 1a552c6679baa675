#include <doctest/doctest.h>

#include "tests/support/packages.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes package() { return read_file(data_folder() / "pkgsrc/signed.tgz"); }

Rules with_signatures(SignedFiles signed_files) {
  Rules rules = rules_with_epoch();
  rules.signed_files = signed_files;
  return rules;
}

}  // namespace

TEST_CASE("signed package of pkgsrc: it stays, or is an error") {
  const Outcome left = run(package());
  CHECK(left.format == "pkgsrc");
  CHECK(left.bytes == package());
  CHECK(left.remarked("signed (+PKG_GPG_SIGNATURE)"));
  const Outcome failed = run(package(), "demo.tgz", with_signatures(SignedFiles::fail));
  CHECK(failed.remarks.at(0).kind == Remark::Kind::failed);
}

TEST_CASE("signed package of pkgsrc: stripped, it is the package alone, and normal") {
  const Outcome stripped = run(package(), "demo.tgz", with_signatures(SignedFiles::strip));
  CHECK(stripped.found("signature"));
  CHECK(run(stripped.bytes, "demo.tgz").format == "gzip");
  CHECK_FALSE(run(stripped.bytes, "demo.tgz").changed());
  if (!have_tool("ar") || !have_tool("python3")) return;
  CHECK_FALSE(listed_truly("netbsd", stripped.bytes).empty());
  const TempTree tree;
  tree.file("signed.tgz", package());
  REQUIRE(run_command("cd " + shell_word(tree.string()) + " && ar x signed.tgz").status == 0);
  const Bytes unsigned_package = read_file(tree / "demo-1.0.tgz");
  CHECK(normal(unsigned_package, "demo-1.0.tgz") == stripped.bytes);
}

TEST_CASE("signed package of pkgsrc: one whose hash is not true is damaged and stays") {
  for (const Bytes& file : {with(package(), "pkgname: demo-1.0", "pkgname: demo\n1.0"),
                            with(package(), "block size: 1024", "block size: 0024"),
                            with(package(), "block size: 1024", "block size: 10x4"),
                            with(package(), "version: 1", "version: 2"),
                            with(package(), "demo-1.0.tgz", "demo-1.0.tbz")}) {
    const Outcome outcome = run(file, "demo.tgz", with_signatures(SignedFiles::strip));
    if (outcome.changed()) continue;  // the name of the package is no matter
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK(outcome.bytes == file);
  }
}
