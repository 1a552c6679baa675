#include <doctest/doctest.h>

#include "tests/support/packages.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

Bytes package() { return read_file(data_folder() / "tar/freebsd.tar"); }

}  // namespace

TEST_CASE("FreeBSD package: its manifests follow what changes in it") {
  const Outcome outcome = run(package(), "demo-1.0.pkg");
  for (const auto field : {"sum", "perm", "mtime", "flatsize", "build_timestamp", "mode"})
    CHECK_MESSAGE(outcome.found(field), field);
  CHECK_FALSE(outcome.remarked("was not compiled from"));
  if (!have_tool("python3") || !have_tool("bsdtar")) return;
  CHECK(listed_truly("freebsd", package()) == listed_truly("freebsd", outcome.bytes));
  const std::string manifest = member_text(outcome.bytes, "+MANIFEST");
  CHECK(contains(manifest, R"("perm":"0755","mtime":1704164645)"));
  CHECK(contains(manifest, R"("/var/demo":{"uname":"root","gname":"wheel","perm":"0755"})"));
  CHECK(contains(manifest, R"("build_timestamp":"2024-01-02T03:04:05+0000")"));
  CHECK(contains(manifest, R"("desc":"Says \"hello\".\n","categories":["misc"])"));
  CHECK(contains(manifest, R"("scripts":{"post-install":"echo 100%25\n"})"));
}

TEST_CASE("FreeBSD package: the manifest's mtime counts, not the header's, for compiled Python") {
  const Bytes later = with(package(), R"("mtime":1750000003)", R"("mtime":1750000009)");
  CHECK(run(later, "demo-1.0.pkg").remarked("was not compiled from"));
}

TEST_CASE("FreeBSD package: a manifest that is not true is damaged and stays") {
  const Bytes tar = package();
  check_stays(with(tar, "#!/bin/sh", "#!/bin/ls"), "does not match \"/usr/local/bin/demo\"");
  check_stays(with(tar, R"("/usr/local/lib/demo.py":)", R"("/usr/local/lib/gone.py":)"),
              "listed and no file");
  check_stays(with(tar, R"("sum":"1$)", R"("sum":"9$)"), "a sum is of an unknown kind");
  check_stays(with(tar, R"("perm":"0775")", R"("perm":"08x5")"), "perm is \"08x5\"");
  check_stays(with(tar, R"("perm":"0775")", R"("size":"0775")"), "unknown: \"size\"");
  check_stays(with(tar, R"("mtime":1750000001)", R"("mtime":17500000.1)"), "mtime is");
  check_stays(with(tar, R"("files":{)", R"("files":[)"), "JSON: ");
}

TEST_CASE("FreeBSD package: a manifest that is no JSON leaves the package whole") {
  Bytes tar = package();
  for (int i = 0; i < 2; ++i)
    tar = with(std::move(tar), R"({"name":"demo",)", R"(name: "demo"   )");
  const Outcome outcome = run(tar, "demo-1.0.pkg");
  CHECK(outcome.bytes == tar);
  CHECK(outcome.remarked("a package of FreeBSD, unlike pkg's, keeps sums"));
}
