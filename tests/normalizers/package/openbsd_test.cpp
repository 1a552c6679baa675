#include <doctest/doctest.h>

#include "tests/support/packages.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

Bytes sample(std::string_view name) { return read_file(data_folder() / name); }
Bytes package() { return sample("gzip/openbsd.tgz"); }
Bytes archive() { return sample("tar/openbsd.tar"); }

fs::path fixture(std::string_view name) {
  const fs::path folder = shared_fixtures();
  return folder.empty() ? folder : folder / "packages/openbsd-pkg_create" / name;
}

Rules with_signatures(SignedFiles signed_files) {
  Rules rules = rules_with_epoch();
  rules.signed_files = signed_files;
  return rules;
}

}  // namespace

TEST_CASE("OpenBSD package: its list follows what changes in it") {
  const Outcome outcome = run(package(), "demo-1.0.tgz");
  for (const auto field : {"@sha", "@size", "@ts", "always-update", "mtime"})
    CHECK_MESSAGE(outcome.found(field), field);
  if (!have_tool("python3") || !have_tool("bsdtar")) return;
  CHECK(listed_truly("openbsd", package()) == listed_truly("openbsd", outcome.bytes));
  const std::string list = member_text(outcome.bytes, "+CONTENTS");
  CHECK(contains(list, "\n@ts 1704164645\n"));
  CHECK_FALSE(contains(list, "\n@ts 175"));
  CHECK(contains(list, "\nbin/hi\n@link /usr/local/bin/demo\n"));
  CHECK(contains(list, "\n@owner _demo\n@sample /etc/demo.conf\n@owner\n@extra /var/log/demo\n"));
}

TEST_CASE("OpenBSD package: without an epoch times become 1, the least that pkg_add takes") {
  const Bytes normal_form = normal(package(), "demo-1.0.tgz", Rules());
  if (!have_tool("python3") || !have_tool("bsdtar")) return;
  CHECK_FALSE(listed_truly("openbsd", normal_form).empty());
  const std::string list = member_text(normal_form, "+CONTENTS");
  CHECK(contains(list, "\n@ts 1\n"));
  CHECK_FALSE(contains(list, "\n@ts 17"));
}

TEST_CASE("OpenBSD package: compiled Python goes on matching the time of its source") {
  CHECK_FALSE(run(archive(), "demo-1.0.tar").remarked("was not compiled from"));
  const Bytes later = with(with(archive(), "@option always-update ", "@comment a hash, once "),
                           "@ts 1750000003", "@ts 1750000004");
  CHECK(run(later, "demo-1.0.tar").remarked("was not compiled from"));
}

TEST_CASE("OpenBSD package: gzip members begin in front of the files they began with") {
  const std::vector<GzipMember> before = gzip_members(package());
  const Outcome outcome = run(package(), "demo-1.0.tgz");
  const std::vector<GzipMember> after = gzip_members(outcome.bytes);
  REQUIRE(before.size() == 3);
  REQUIRE(after.size() == 3);
  for (std::size_t i = 0; i < after.size(); ++i)
    CHECK(after[i].payload.substr(0, 100) == before[i].payload.substr(0, 100));
}

TEST_CASE("OpenBSD package: names of owners and modes stay, which pkg_add goes by") {
  const Bytes strict = normal(package(), "demo-1.0.tgz", strict_rules());
  if (!have_tool("bsdtar")) return;
  const TempTree tree;
  const auto path = tree.file("p.tgz", strict);
  const std::string list = run_command("bsdtar tvf " + shell_word(path.string())).output;
  CHECK(contains(list, "root   bin"));
  CHECK(contains(list, "lrwxr-xr-x"));
  CHECK(contains(list, "-r--r--r--"));
}

TEST_CASE("OpenBSD package: a list that is not true is damaged and stays") {
  const Bytes tar = archive();
  check_stays(with(tar, "@size 21", "@size 22"), "@size does not match \"bin/demo\"");
  check_stays(with(tar, "@size 21", "@size 99"), "@size does not match");
  check_stays(with(tar, "@bin bin/demo", "@bin bin/dem0"), "listed and no file of the package");
  check_stays(with(tar, "#!/bin/sh", "#!/bin/ls"), "@sha does not match \"bin/demo\"");
  check_stays(with(tar, "@arch amd64", "@arch sparc"), "always-update does not match");
  check_stays(with(tar, "@ts 1750000001", "@ts 17500000x1"), "@ts is not a number");
  check_stays(with(tar, "@ts 1750000001\nbin/hello", "@ts 99999999999999999999"),
              "@ts is not a number");
  check_stays(with(tar, "lib/demo.py\n@sha", "bin/demo\n\n\n\n@sha"), "listed and no file");
}

TEST_CASE("OpenBSD package: a list may be signed itself, by lines that go with the signature") {
  Bytes signed_list = with(archive(), "@extra /var/log/demo\n", "@signer test-key-pkg\n");
  signed_list = with(std::move(signed_list), "@sample /etc/demo.conf\n@owner\n",
                     "@digital-signature sign:x:y:z\n");
  signed_list = with(std::move(signed_list), "@option always-update ", "@comment a hash, once ");
  CHECK(run(signed_list, "demo-1.0.tar").remarked("signed (@digital-signature)"));
  const Outcome failed = run(signed_list, "demo-1.0.tar", with_signatures(SignedFiles::fail));
  CHECK(failed.remarks.at(0).kind == Remark::Kind::failed);

  const Outcome stripped = run(signed_list, "demo-1.0.tar", with_signatures(SignedFiles::strip));
  CHECK(stripped.found("@signer, @digital-signature"));
  CHECK_FALSE(contains(as_text(stripped.bytes), "sign"));
  CHECK(normal(stripped.bytes, "demo-1.0.tar") == stripped.bytes);
  if (have_tool("python3")) CHECK_FALSE(listed_truly("openbsd", stripped.bytes).empty());
}

TEST_CASE("OpenBSD package: what signify signed stays; stripped, it is the unsigned build") {
  const fs::path folder = fixture("");
  if (folder.empty()) return;
  const Bytes unsigned_build = normal(read_file(folder / "flat/a/tiny-1.2.tgz"), "tiny-1.2.tgz");
  for (const auto build : {"signed/a/tiny-1.2.tgz", "signed/b/tiny-1.2.tgz"}) {
    const Bytes file = read_file(folder / build);
    const Outcome left = run(file, "tiny-1.2.tgz");
    CHECK(left.bytes == file);
    CHECK(left.remarked("signed (signify, in FCOMMENT)"));
    CHECK(normal(file, "tiny-1.2.tgz", with_signatures(SignedFiles::strip)) == unsigned_build);
  }
}

TEST_CASE("OpenBSD package: what a build with history did not change stays packed as it was") {
  const fs::path folder = fixture("history");
  if (folder.empty()) return;
  for (const auto build :
       {"1-first-tiny-1.2.tgz", "2-same-tree-tiny-1.2.tgz", "3-one-file-changed-tiny-1.2.tgz"}) {
    CAPTURE(build);
    const Bytes file = read_file(folder / build);
    const Bytes normal_form = normal(file, build);
    const std::vector<GzipMember> before = gzip_members(file), after = gzip_members(normal_form);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < after.size(); ++i)
      CHECK(after[i].payload.substr(0, 100) == before[i].payload.substr(0, 100));
    for (std::size_t i = 1; i + 1 < after.size(); ++i) CHECK(after[i].packed == before[i].packed);
    if (have_tool("python3")) CHECK_FALSE(listed_truly("openbsd", normal_form).empty());
  }
}
