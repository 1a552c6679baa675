#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kControl =
    "Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\n"
    "Description: tiny\n";

/// A package of one build: a gzip file, its hard link, a plain file, a symbolic link to a later
/// name, and sums of them.
struct Build {
  std::string date = "2025-06-07 08:09:10Z";
  std::string compression = "xz";
  std::string make_sums = "find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums";
  unsigned user = 0;
};

std::string in(const fs::path& folder) { return "cd " + shell_word(folder.string()) + " && "; }

Bytes build(const Build& how) {
  const TempTree tree;
  tree.file("p/DEBIAN/control", kControl);
  tree.file("p/usr/share/doc/tiny/NEWS.gz", noisy_gzip("news", how.user + 1'750'000'000));
  tree.file("p/usr/share/tiny/words", "words\n");
  const CommandResult made = run_command(
      in(tree / "p") +
      "umask 022 && chmod 755 . DEBIAN && ln usr/share/doc/tiny/NEWS.gz usr/news.gz && " +
      "ln -s share/tiny/words usr/a && " + how.make_sums + " && chown -hR " +
      std::to_string(how.user) + ":" + std::to_string(how.user) +
      " usr && find . -exec touch -h -d '" + how.date + "' {} + && cd .. && dpkg-deb -Z" +
      how.compression + " -b p p.deb");
  REQUIRE_MESSAGE(made.status == 0, made.output);
  return read_file(tree / "p.deb");
}

bool can_build() { return have_root() && have_tool("dpkg-deb"); }

/// What `md5sum -c` says of the installed files, by the sums in the package.
std::string check_sums(const Bytes& package) {
  const TempTree tree;
  tree.file("p.deb", package);
  return run_command(in(tree.path()) + "dpkg-deb -R p.deb p && cd p && md5sum -c DEBIAN/md5sums")
      .output;
}

std::string listing(const Bytes& package) {
  const TempTree tree;
  tree.file("p.deb", package);
  return run_command(in(tree.path()) + "dpkg-deb -c p.deb").output;
}

}  // namespace

TEST_CASE("deb: two builds by other people on other days end as the same bytes") {
  if (!can_build()) return;
  for (const std::string compression : {"xz", "gzip", "zstd", "none"}) {
    CAPTURE(compression);
    const Bytes monday = build({.date = "2025-06-07 08:09:10Z", .compression = compression});
    const Bytes tuesday =
        build({.date = "2026-01-02 03:04:05Z", .compression = compression, .user = 1001});
    REQUIRE(monday != tuesday);
    const Outcome outcome = run(monday, "tiny.deb");
    CHECK(outcome.found("md5sums"));
    CHECK(outcome.remarks.empty());
    CHECK(outcome.bytes == normal(tuesday, "tiny.deb"));
    CHECK(normal(outcome.bytes, "tiny.deb") == outcome.bytes);
  }
}

TEST_CASE("deb: md5sums are true of the files as they are now, of hard links too") {
  if (!can_build()) return;
  const Bytes before = build({}), after = normal(before, "tiny.deb");
  REQUIRE(before != after);
  CHECK(check_sums(after) ==
        "usr/news.gz: OK\nusr/share/doc/tiny/NEWS.gz: OK\nusr/share/tiny/words: OK\n");
}

TEST_CASE("deb: accounts of the system keep their files, those of people do not") {
  if (!can_build()) return;
  CHECK(listing(normal(build({.user = 33}), "tiny.deb")).find("www-data/www-data") !=
        std::string::npos);
  const std::string of_people = listing(normal(build({.user = 1001}), "tiny.deb"));
  CHECK(of_people.find("1001") == std::string::npos);
  CHECK(of_people.find("root/root") != std::string::npos);
}

TEST_CASE("deb: symbolic links stay behind all that they may lead to, where dpkg-deb put them") {
  if (!can_build()) return;
  const Bytes before = build({}), after = normal(before, "tiny.deb");
  const std::string names = listing(after);
  CHECK(names.find("./usr/share/tiny/words\n") < names.find("./usr/a -> "));
}

TEST_CASE("deb: one whose md5sums are not true is damaged and stays") {
  if (!can_build()) return;
  const Bytes wrong = build({.make_sums = "printf '0123456789abcdef0123456789abcdef  "
                                          "usr/news.gz\\n' >DEBIAN/md5sums"});
  const Outcome outcome = run(wrong, "tiny.deb");
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("md5sums does not match \"usr/news.gz\""));
}

TEST_CASE("deb: lines of md5sums that say nothing of a file stay as they are") {
  if (!can_build()) return;
  const Build odd{.make_sums =
                      "printf 'hello\\n0123456789abcdef0123456789abcdef  usr/none\\n\\n"
                      "0123\\n' >DEBIAN/md5sums"};
  const Bytes after = normal(build(odd), "tiny.deb");
  const TempTree tree;
  tree.file("p.deb", after);
  CHECK(run_command(in(tree.path()) + "dpkg-deb -I p.deb md5sums").output ==
        "hello\n0123456789abcdef0123456789abcdef  usr/none\n\n0123\n");
}

TEST_CASE("deb: a package without sums needs none") {
  if (!can_build()) return;
  const Outcome outcome = run(build({.make_sums = "true"}), "tiny.deb");
  CHECK(outcome.changed());
  CHECK(outcome.remarks.empty());
}

TEST_CASE("deb: where its control archive cannot be opened nothing in it changes") {
  if (!can_build()) return;
  Rules rules = rules_with_epoch();
  const Bytes mixed = [] {
    const TempTree tree;
    tree.file("p.deb", build({.compression = "xz"}));
    run_command(in(tree.path()) +
                "ar x p.deb && unxz data.tar.xz && gzip -n data.tar && rm p.deb && "
                "ar rcS p.deb debian-binary control.tar.xz data.tar.gz");
    return read_file(tree / "p.deb");
  }();
  CHECK(run(mixed, "tiny.deb", rules).found("md5sums"));
  rules.disabled_formats = {"xz"};
  const Outcome outcome = run(mixed, "tiny.deb", rules);
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.remarked("control.tar.xz does not open"));
}

TEST_CASE("deb: a signed one stays, or loses its signature, as the rules say") {
  const Bytes sample = read_file(data_folder() / "ar" / "signed.deb");
  const Outcome left = run(sample, "signed.deb");
  CHECK(left.bytes == sample);
  CHECK(left.remarked("signed (Debian package, _gpg member)"));
  Rules rules = rules_with_epoch();
  rules.signed_files = SignedFiles::strip;
  const Outcome stripped = run(sample, "signed.deb", rules);
  CHECK(stripped.found("signature"));
  CHECK(as_text(stripped.bytes).find("_gpg") == std::string_view::npos);
  if (have_tool("dpkg-deb")) CHECK(check_sums(stripped.bytes).find("FAILED") == std::string::npos);
}

TEST_CASE("deb: a package within a package is one of its own") {
  if (!can_build()) return;
  const Bytes inner = build({});
  const TempTree tree;
  tree.file("p/DEBIAN/control", kControl);
  tree.file("p/usr/inner.deb", inner);
  run_command(in(tree / "p") +
              "chmod 755 . DEBIAN && md5sum usr/inner.deb >DEBIAN/md5sums && "
              "cd .. && dpkg-deb --root-owner-group -b p p.deb");
  const Bytes after = normal(read_file(tree / "p.deb"), "p.deb");
  CHECK(check_sums(after) == "usr/inner.deb: OK\n");
  tree.file("p.deb", after);
  run_command(in(tree.path()) + "dpkg-deb -x p.deb out");
  CHECK(read_file(tree / "out/usr/inner.deb") == normal(inner, "inner.deb"));
}
