// Packages and .pyc files made twice: what their makers varied, as each folder's README says, is
// what is told to vary.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/comparison.h"

using namespace normalize;
using namespace normalize::test;
using diff::Verdict;

namespace fs = std::filesystem;

namespace {

struct Expected {
  const char* folder;               // of the one file in a and b
  std::vector<std::string> varied;  // none where a and b are the same
};

const Expected kExpected[] = {
    {"apk-v2-abuild/flat", {"tar mtime", "gzip builddate", "gzip datahash"}},
    {"apk-v2-abuild/nested",
     {"tar mtime", "tar APK-TOOLS.checksum.SHA1", "ar ar_date", "gzip MTIME"}},
    {"cargo-package/flat", {}},
    {"cpio-newc/flat", {"cpio ino", "cpio mode", "cpio uid", "cpio gid", "cpio mtime"}},
    {"dpkg-deb/flat", {"ar ar_date", "tar mtime", "tar uid, gid, uname, gname", "tar mode"}},
    {"dpkg-deb/nested", {"ar ar_date", "tar mtime", "ar md5sums", "pyc mtime", "gzip MTIME"}},
    {"erofs-mkfs/flat",
     {"erofs build_time", "erofs uuid", "erofs i_mode", "erofs i_uid", "erofs i_mtime"}},
    {"freebsd-pkg/flat", {"tar mode", "tar mtime", "tar perm"}},
    {"freebsd-pkg/nested", {"tar sum", "tar perm", "pyc mtime", "ar ar_date"}},
    {"gem-build/flat", {"gzip MTIME", "tar date", "tar mode", "tar mtime", "tar digest"}},
    {"jar-jdk17/flat", {"zip last mod file time"}},
    {"makepkg/flat", {"tar builddate", "tar builddir", "tar mtime"}},
    {"mksquashfs/flat",
     {"squashfs mkfs_time", "squashfs mode", "squashfs mtime", "squashfs id table"}},
    {"netbsd-pkg_create/flat",
     {"gzip MTIME", "tar mtime", "tar mode", "tar uid, gid, uname, gname"}},
    {"netbsd-pkg_create/nested", {"tar @comment MD5", "gzip MTIME"}},
    {"npm-pack/flat", {}},
    {"openbsd-pkg_create/flat", {"tar @ts", "tar mtime"}},
    {"openbsd-pkg_create/nested", {"tar @ts", "tar mtime", "tar @sha", "gzip MTIME"}},
    {"openbsd-pkg_create/nohistory", {"tar @ts", "tar mtime"}},
    {"openbsd-pkg_create/signed", {"gzip FCOMMENT, a signature"}},
    {"opkg-build/flat", {"tar mtime", "tar mode", "tar uid, gid, uname, gname"}},
    {"readdir-order/ipk", {"tar order of members", "tar mode", "tar mtime"}},
    {"readdir-order/tar", {"tar order of members", "tar mode", "tar mtime"}},
    {"readdir-order/zip", {"zip order of entries", "zip external file attributes"}},
    {"rpmbuild/flat", {"rpm BUILDTIME", "rpm BUILDHOST", "rpm FILEMTIMES", "rpm PAYLOADDIGEST"}},
    {"rpmbuild/nested", {"rpm FILEDIGESTS", "rpm CLASSDICT", "rpm BUILDTIME"}},
    {"sdist-setuptools/flat",
     {"gzip MTIME", "tar mode", "tar mtime", "tar uid, gid, uname, gname"}},
    {"tar-gnu/flat", {"tar mode", "tar mtime", "tar uid, gid, uname, gname"}},
    {"wheel-setuptools/flat", {"zip last mod file time", "zip external file attributes"}},
    {"wheel-setuptools/nested", {"zip last mod file time", "zip digest and size", "gzip MTIME"}},
    {"zip-infozip/flat",
     {"zip last mod file time", "zip external file attributes", "zip Unix UID, GID"}},
};

fs::path only_file(const fs::path& folder) { return fs::directory_iterator(folder)->path(); }

}  // namespace

TEST_CASE("two builds of a package are equal once normalized, and what was varied is named") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  for (const Expected& expected : kExpected) {
    CAPTURE(expected.folder);
    const fs::path folder = fixtures / "packages" / expected.folder;
    const diff::Comparison comparison = compare(only_file(folder / "a"), only_file(folder / "b"));
    CHECK(comparison.root.verdict == (expected.varied.empty() ? Verdict::equal : Verdict::noise));
    const std::vector<std::string> found = varied(comparison.root);
    for (const std::string& field : expected.varied) {
      CAPTURE(field);
      CHECK(std::ranges::find(found, field) != found.end());
    }
    CHECK(expected.varied.empty() == found.empty());
  }
}

TEST_CASE("what two builds have alike is not told to vary") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const fs::path folder = fixtures / "packages" / "openbsd-pkg_create" / "flat";
  for (const std::string& field :
       varied(compare(only_file(folder / "a"), only_file(folder / "b")).root)) {
    CHECK((field == "tar @ts" || field == "tar mtime"));
  }
}

TEST_CASE("what goes along with a Debian build varies in the build's day and locale, and in sums") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const fs::path folder = fixtures / "packages" / "debhelper" / "flat";
  const diff::Comparison comparison = compare(folder / "a", folder / "b");
  CHECK(comparison.counts.different == 0);
  CHECK(tells(comparison, "field about the build"));
  CHECK_FALSE(tells(comparison, "tiny_1.2_amd64.deb:"));
}

TEST_CASE("an image layout differs in what its digests name; its layer is the same one, moved") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const fs::path folder = fixtures / "packages" / "oci-umoci" / "flat";
  const diff::Comparison comparison = compare(folder / "a", folder / "b");
  CHECK(comparison.root.verdict == Verdict::different);
  CHECK(comparison.counts.moved == 1);
  CHECK(tells(comparison, "index.json: different (text)"));
}

TEST_CASE("a module compiled twice is equal once normalized") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  unsigned compared = 0;
  for (const auto& version : fs::directory_iterator(fixtures / "pyc" / "pairs")) {
    if (version.path().filename().string().starts_with("pypy")) continue;  // no format of ours
    CAPTURE(version.path().string());
    const diff::Comparison comparison = compare(version.path() / "A", version.path() / "B");
    CHECK(comparison.root.verdict == Verdict::noise);
    for (const diff::Node& node : comparison.root.children) {
      if (node.name == ".") continue;
      CHECK(!node.noise.empty());
      ++compared;
    }
  }
  CHECK(compared > 100);
}

TEST_CASE("a package is compared with the tree that it is unpacked to") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty() || !have_tool("dpkg-deb")) return;
  const TempTree tree;
  const fs::path folder = fixtures / "packages" / "dpkg-deb" / "nested";
  const std::string unpacked = (tree / "tree").string();
  REQUIRE(run_command("dpkg-deb -x " + only_file(folder / "b").string() + " " + unpacked).status ==
          0);
  const diff::Comparison same = compare(only_file(folder / "a"), unpacked);
  CHECK(same.root.verdict == Verdict::noise);
  tree.file("tree/usr/share/doc/nest/README", "other\n");
  tree.file("tree/more", "more\n");
  fs::remove(tree / "tree/usr/share/doc/nest/NEWS.gz");
  const diff::Comparison other = compare(unpacked, only_file(folder / "a"));
  CHECK(tells(other, "usr/share/doc/nest/README: different (text)\n"));
  CHECK(tells(other, "  -other\n"));
  CHECK(tells(other, "more: only in A\n"));
  CHECK(tells(other, "usr/share/doc/nest/NEWS.gz: only in B\n"));
}
