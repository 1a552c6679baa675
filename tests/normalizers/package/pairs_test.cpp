// Packages made twice by their own creators, under other clocks, users, umasks, zones and orders.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

/// "flat/a/x.gem" for each file of one build below a folder of the fixtures; none that is signed.
std::vector<fs::path> first_builds(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().parent_path().filename() == "a" &&
        entry.path().parent_path().parent_path().filename() != "signed")
      files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

fs::path second_build(const fs::path& first) {
  return first.parent_path().parent_path() / "b" / first.filename();
}

/// Both builds are later than the epoch, as builds are.
std::vector<Rules> rules_to_try(SignedFiles signed_files) {
  Rules without, safe, strict;
  safe.epoch = strict.epoch = 1'700'000'000;
  strict.profile = Profile::strict;
  for (Rules* rules : {&without, &safe, &strict}) rules->signed_files = signed_files;
  return {without, safe, strict};
}

void check_pairs(const fs::path& folder, SignedFiles signed_files = SignedFiles::skip) {
  const std::vector<fs::path> files = first_builds(folder);
  CHECK(!files.empty());
  for (const fs::path& file : files) {
    CAPTURE(file.string());
    const std::string name = file.filename().string();
    for (const Rules& rules : rules_to_try(signed_files)) {
      const Outcome a = run(read_file(file), name, rules);
      const Outcome b = run(read_file(second_build(file)), name, rules);
      CHECK(a.remarks.size() == b.remarks.size());
      CHECK(a.bytes == b.bytes);
      CHECK(normal(a.bytes, name, rules) == a.bytes);
    }
  }
}

/// Folders of the fixtures, one a line.
constexpr const char* kCreators[] = {
    "cargo-package",       //
    "cpio-newc",           //
    "dpkg-deb",            //
    "erofs-mkfs",          //
    "freebsd-pkg",         //
    "gem-build",           //
    "jar-jdk17",           //
    "makepkg",             //
    "mksquashfs",          //
    "netbsd-pkg_create",   //
    "npm-pack",            //
    "openbsd-pkg_create",  //
    "opkg-build",          //
    "readdir-order",       //
    "sdist-setuptools",    //
    "tar-gnu",             //
    "wheel-setuptools",    //
    "zip-infozip",         //
};

}  // namespace

TEST_CASE("two builds of one package by the same creator end as the same bytes") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  for (const std::string creator : kCreators) {
    CAPTURE(creator);
    check_pairs(fixtures / "packages" / creator);
  }
}

TEST_CASE("two builds of one signed package stay, and end as the same bytes without signatures") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  const fs::path folder = fixtures / "packages" / "apk-v2-abuild";
  check_pairs(folder, SignedFiles::strip);
  for (const fs::path& file : first_builds(folder)) {
    const Bytes package = read_file(file);
    const Outcome outcome = run(package, file.filename().string());
    CHECK(outcome.bytes == package);
    CHECK(outcome.remarked("signed (.SIGN.RSA.fixture.rsa.pub)"));
  }
}
