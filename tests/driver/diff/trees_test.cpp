#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "tests/support/comparison.h"
#include "tests/support/zip.h"

using namespace normalize;
using namespace normalize::test;
using diff::Verdict;

namespace fs = std::filesystem;

namespace {

/// Two folders, filled alike by whoever calls both().
struct Pair {
  TempTree tree;
  fs::path a = tree.folder("a"), b = tree.folder("b");

  void both(const std::string& name, std::string_view content) const {
    tree.file("a/" + name, content);
    tree.file("b/" + name, content);
  }
  diff::Comparison compare(const Rules& rules = diff::default_rules(), unsigned jobs = 2) const {
    return test::compare(a, b, rules, jobs);
  }
};

const diff::Node& only_child(const diff::Comparison& comparison) {
  REQUIRE(comparison.root.children.size() == 1);
  return comparison.root.children.front();
}

}  // namespace

TEST_CASE("trees of the same bytes are equal, whatever their times on disk") {
  const Pair pair;
  pair.both("x/one", "one\n");
  set_mtime_ns(pair.a / "x/one", 1 * kSecond);
  set_mtime_ns(pair.b / "x/one", 2 * kSecond);
  const diff::Comparison comparison = pair.compare();
  CHECK(comparison.root.verdict == Verdict::equal);
  CHECK(comparison.root.children.empty());
  CHECK(comparison.times > 0);
}

TEST_CASE("with an epoch, a time on disk before it is a difference, and a later one is not") {
  const Pair pair;
  for (const fs::path& side : {pair.a, pair.b}) {
    pair.tree.file((side.filename() / "late").string(), "x");
    pair.tree.file((side.filename() / "early").string(), "x");
  }
  set_mtime_ns(pair.a / "late", (kEpoch + 5) * kSecond);
  set_mtime_ns(pair.b / "late", (kEpoch + 9) * kSecond);
  set_mtime_ns(pair.a / "early", (kEpoch - 5) * kSecond);
  set_mtime_ns(pair.b / "early", (kEpoch - 9) * kSecond);
  set_mtime_ns(pair.a, 0);
  set_mtime_ns(pair.b, 0);
  Rules rules = diff::default_rules();
  rules.epoch = kEpoch;
  const diff::Comparison comparison = pair.compare(rules);
  CHECK(only_child(comparison).name == "early");
  CHECK(tells(comparison, "mtime: 2024-01-02T03:04:00Z → 2024-01-02T03:03:56Z"));
}

TEST_CASE("a file that differs in noise alone is equal once normalized, and the noise is named") {
  const Pair pair;
  pair.tree.file("a/x.gz", noisy_gzip("payload", 1'800'000'000));
  pair.tree.file("b/x.gz", noisy_gzip("payload", 1'900'000'000));
  const diff::Comparison comparison = pair.compare();
  CHECK(comparison.root.verdict == Verdict::noise);
  CHECK(only_child(comparison).verdict == Verdict::noise);
  // The name in the header is the same in both: it is not what varies.
  CHECK(varied(only_child(comparison)) == std::vector<std::string>{"gzip MTIME"});
  CHECK(tells(comparison, "gzip -n"));
}

TEST_CASE("what was built differently is found behind the noise, and the line is told") {
  const Pair pair;
  pair.tree.file("a/x.gz", noisy_gzip("one\ntwo\n", 1));
  pair.tree.file("b/x.gz", noisy_gzip("one\nTwo\n", 2));
  const diff::Comparison comparison = pair.compare();
  CHECK(comparison.root.verdict == Verdict::different);
  CHECK(tells(comparison, "-two\n"));
  CHECK(tells(comparison, "+Two\n"));
  CHECK(tells(comparison, "!x: different (text)"));
}

TEST_CASE("names on one side alone are told, and the same content elsewhere is moved") {
  const Pair pair;
  pair.both("same", "same");
  pair.tree.file("a/gone", "gone");
  pair.tree.file("b/new", "new");
  pair.tree.file("a/old/name.gz", noisy_gzip("the same content", 7));
  pair.tree.file("b/other.gz", noisy_gzip("the same content", 8));
  const diff::Comparison comparison = pair.compare();
  CHECK(tells(comparison, "gone: only in A\n"));
  CHECK(tells(comparison, "new: only in B\n"));
  CHECK(tells(comparison, "old/name.gz: moved to other.gz\n"));
  CHECK(comparison.counts.moved == 1);
}

TEST_CASE("modes, link targets, hard links and extended attributes are told") {
  const Pair pair;
  for (const char* name : {"mode", "attribute", "first", "umask"}) pair.both(name, "x");
  fs::permissions(pair.b / "mode", fs::perms(0755));
  fs::permissions(pair.a / "umask", fs::perms(0644));
  fs::permissions(pair.b / "umask", fs::perms(0664));
  fs::create_symlink("here", pair.a / "link");
  fs::create_symlink("there", pair.b / "link");
  fs::create_hard_link(pair.a / "first", pair.a / "second");
  fs::copy_file(pair.b / "first", pair.b / "second");
  const bool attributes = ::setxattr((pair.b / "attribute").c_str(), "user.note", "hi", 2, 0) == 0;
  const diff::Comparison comparison = pair.compare();
  CHECK(tells(comparison, "mode: different\n  mode: 0644 → 0755\n"));
  CHECK(tells(comparison, "link target: here → there\n"));
  CHECK(tells(comparison, "second: different\n  hard link to: first → (none)\n"));
  CHECK(tells(comparison, "umask: equal once normalized\n  mode: 0644 → 0664 (noise)\n"));
  if (attributes) CHECK(tells(comparison, "attribute user.note: (none) → 6869\n"));
}

TEST_CASE("a name that is a file here and a folder there is on one side alone, twice") {
  const Pair pair;
  pair.tree.file("a/x", "file");
  pair.tree.file("b/x/y", "file");
  const diff::Comparison comparison = pair.compare();
  CHECK(tells(comparison, "x: moved to x/y"));
  CHECK(tells(comparison, "x/: only in B"));
}

TEST_CASE("any number of jobs tells the same") {
  const Pair pair;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "d" + std::to_string(i % 7) + "/f" + std::to_string(i);
    pair.tree.file("a/" + name, noisy_gzip(name, 1));
    pair.tree.file("b/" + name, noisy_gzip(i % 5 ? name : name + "!", 2));
  }
  CHECK(told(pair.compare(diff::default_rules(), 1)) ==
        told(pair.compare(diff::default_rules(), 7)));
}

TEST_CASE("what is not there cannot be compared") {
  const Pair pair;
  CHECK_THROWS(compare(pair.a / "nothing", pair.b));
  CHECK_THROWS(compare(pair.a, pair.b / "nothing"));
}

TEST_CASE("damaged files are compared as they are, and told to be damaged") {
  const Pair pair;
  Bytes cut = noisy_gzip("payload", 1);
  cut.resize(cut.size() - 3);
  pair.tree.file("a/x.gz", cut);
  pair.tree.file("b/x.gz", noisy_gzip("payload", 1));
  const diff::Comparison comparison = pair.compare();
  CHECK(only_child(comparison).verdict == Verdict::different);
  CHECK(tells(comparison, "left as it was"));
}

TEST_CASE("a member of a package that cannot be read has failed, and the others are compared") {
  const Pair pair;
  Bytes package = zip_file({{.name = "x", .data = "the data of x"}, {.name = "y", .data = "y"}});
  package[30 + 1] = std::byte{0xff};  // behind the local header and the name of x: no such block
  const fs::path file = pair.tree.file("package.zip", package);
  pair.tree.file("a/x", "the data of x");
  pair.tree.file("a/y", "z");
  const diff::Comparison comparison = compare(file, pair.a);
  REQUIRE(comparison.root.children.size() == 2);
  CHECK(comparison.root.children[0].verdict == Verdict::failed);
  CHECK(comparison.root.children[1].verdict == Verdict::different);
  CHECK(tells(comparison, "x: failed\n  its data in the package cannot be read\n"));
}
