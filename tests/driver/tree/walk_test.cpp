#include "driver/tree/walk.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>

#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

RunReport apply_without(std::vector<std::string> excludes, std::vector<std::string> paths) {
  Task task;
  task.paths = std::move(paths);
  task.excludes = std::move(excludes);
  return run_pipeline(task, rules_with_epoch());
}

bool is_noisy(const fs::path& path) { return read_file(path) == noisy_gzip("text"); }

/// Makes a chain of folders of `depth` levels in `at`, each called `name`, and a noisy file in the
/// last.
void make_deep(const fs::path& at, const std::string& name, int depth) {
  Descriptor folder(::open(at.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int level = 0; level < depth; ++level) {
    REQUIRE(::mkdirat(folder.get(), name.c_str(), 0755) == 0);
    folder = Descriptor(::openat(folder.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    REQUIRE(folder);
  }
  const Descriptor file(::openat(folder.get(), "a.gz", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
  const Bytes content = noisy_gzip("text");
  REQUIRE(::write(file.get(), content.data(), content.size()) ==
          static_cast<ssize_t>(content.size()));
}

}  // namespace

TEST_CASE("symbolic links are not followed, neither to files nor to folders") {
  const TempTree tree, outside;
  const auto file = outside.file("d/a.gz", noisy_gzip("text"));
  fs::create_symlink(file, tree / "file");
  fs::create_symlink(outside / "d", tree / "folder");
  const RunReport report = apply({tree.string()});
  CHECK(is_noisy(file));
  CHECK(report.summary.others == 2);
  CHECK(report.summary.files == 0);
}

TEST_CASE("a symbolic link given by name is not followed, and that is said") {
  const TempTree tree, outside;
  const auto file = outside.file("d/a.gz", noisy_gzip("text"));
  fs::create_symlink(file, tree / "file");
  fs::create_symlink(outside / "d", tree / "folder");
  const RunReport report = apply({(tree / "file").string(), (tree / "folder").string()});
  CHECK(is_noisy(file));
  CHECK(remarked(said_of(report, tree / "file"), "a symbolic link; not followed"));
  CHECK(remarked(said_of(report, tree / "folder"), "a symbolic link; not followed"));
}

TEST_CASE("a slash behind a given link asks for the folder it leads to") {
  const TempTree tree, outside;
  const auto file = outside.file("d/a.gz", noisy_gzip("text"));
  fs::create_symlink(outside / "d", tree / "folder");
  const RunReport report = apply({(tree / "folder/").string()});
  CHECK_FALSE(is_noisy(file));
  CHECK(said_of(report, tree / "folder/a.gz").outcome == FileReport::Outcome::changed);
}

TEST_CASE("a folder that a link has replaced since the walk is not entered") {
  const TempTree tree, outside;
  tree.file("d/e/a.gz", noisy_gzip("text"));
  outside.file("e/a.gz", noisy_gzip("text"));
  Task task;
  task.paths = {tree.string()};
  const Tree walked = walk(task, rules_with_epoch());
  const auto folder = std::ranges::find(walked.folders, (tree / "d/e").string(), &Folder::path);
  REQUIRE(folder != walked.folders.end());
  CHECK(walked.open(*folder));
  fs::rename(tree / "d", tree / "moved");
  fs::create_symlink(outside.path(), tree / "d");
  CHECK_THROWS_AS(walked.open(*folder), std::system_error);
  fs::remove(tree / "d");
  fs::create_directories(tree / "d/e");
  CHECK_THROWS_WITH(walked.open(*folder), "another folder has taken its folder's place");
}

TEST_CASE("no component below a base may be a link, with openat2 and without") {
  const TempTree tree;
  tree.file("real/sub/file", "text");
  fs::create_symlink("real", tree / "link");
  fs::create_symlink("file", tree / "real/sub/link");
  const Descriptor base(::open(tree.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (const auto open : {open_below, open_below_by_component}) {
    CHECK(open(base.get(), "real/sub/file", O_RDONLY));
    CHECK(open(base.get(), "", O_RDONLY | O_DIRECTORY));
    CHECK_FALSE(open(base.get(), "link/sub/file", O_RDONLY));
    CHECK_FALSE(open(base.get(), "real/sub/link", O_RDONLY));
    CHECK_FALSE(open(base.get(), "real/none", O_RDONLY));
    CHECK(errno == ENOENT);
  }
}

TEST_CASE("pipes, sockets and devices are counted and never opened") {
  const TempTree tree;
  REQUIRE(::mkfifo((tree / "pipe").c_str(), 0644) == 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = (tree / "socket").string();
  REQUIRE(name.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  tree.file("a.gz", noisy_gzip("text"));
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.others == 2);
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.failed == 0);
  const RunReport given = apply({(tree / "pipe").string()});
  CHECK(remarked(said_of(given, tree / "pipe"), "not a regular file"));
}

TEST_CASE("names may hold any byte but '/' and NUL") {
  const TempTree tree;
  for (const std::string name : {"caf\xe9.gz", "two\nlines.gz", "-rf.gz", "\x01\xff.gz", " .gz"}) {
    const auto file = tree.file("d/" + name, noisy_gzip("text"));
    CHECK(said_of(apply({tree.string()}), file).outcome == FileReport::Outcome::changed);
    CHECK_FALSE(is_noisy(file));
  }
}

TEST_CASE("a tree deeper than PATH_MAX is normalized to its end") {
  const TempTree tree;
  const std::string name(200, 'x');
  make_deep(tree.path(), name, 50);
  set_mtime_ns(tree / name, (kEpoch + 5) * kSecond);
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.failed == 0);
  CHECK(report.summary.folders == 51);
  CHECK(report.summary.changed == 1);
  CHECK(report.files.back().path.size() > 10'000);
  CHECK(report.files.back().outcome == FileReport::Outcome::changed);
  const RunReport again = apply({tree.string()});
  CHECK(again.files.empty());
}

TEST_CASE("a tree of three hundred levels is walked") {
  const TempTree tree;
  make_deep(tree.path(), "d", 300);
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.folders == 301);
  CHECK(report.summary.changed == 1);
}

TEST_CASE("overlapping and repeated paths count once") {
  const TempTree tree;
  const auto file = tree.file("a/b/c.gz", noisy_gzip("text"));
  fs::create_symlink("c.gz", tree / "a/b/link");
  const std::string root = tree.string();
  const RunReport report = apply({root, root + "/a/b", root + "/a", root, root + "/a/b/c.gz",
                                  root + "/./a/b/c.gz", root + "/a/b/link", root + "/a/b/"});
  CHECK(report.summary.files == 1);
  CHECK(report.summary.folders == 3);
  CHECK(report.summary.others == 1);
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.times_changed == 5);  // three folders, the file and the link
  CHECK_FALSE(is_noisy(file));
}

TEST_CASE("the order of overlapping paths makes no difference to what is done") {
  const TempTree one, other;
  for (const TempTree* tree : {&one, &other}) tree->file("a/b/c.gz", noisy_gzip("text"));
  const RunReport down = apply({one.string(), one.string() + "/a/b"});
  const RunReport up = apply({other.string() + "/a/b", other.string()});
  CHECK(down.summary.files == up.summary.files);
  CHECK(down.summary.folders == up.summary.folders);
  CHECK(down.files.size() == up.files.size());
}

TEST_CASE("excludes match a path below the given tree, or a last component") {
  const TempTree tree;
  const auto kept = tree.file("a/kept/x.gz", noisy_gzip("text"));
  const auto by_path = tree.file("a/left/x.gz", noisy_gzip("text"));
  const auto by_name = tree.file("b/x.orig", noisy_gzip("text"));
  const auto in_folder = tree.file("b/.git/deep/x.gz", noisy_gzip("text"));
  const auto same_name = tree.file("b/a/left/x.gz", noisy_gzip("text"));
  const RunReport report = apply_without({"a/left", "*.orig", ".git"}, {tree.string()});
  CHECK_FALSE(is_noisy(kept));
  CHECK(is_noisy(by_path));
  CHECK(is_noisy(by_name));
  CHECK(is_noisy(in_folder));
  CHECK_FALSE(is_noisy(same_name));
  CHECK(report.summary.files == 2);
}

TEST_CASE("a given folder is walked whatever its name, a given file is not") {
  const TempTree tree;
  const auto in_folder = tree.file("build/x.gz", noisy_gzip("text"));
  const auto file = tree.file("x.orig", noisy_gzip("text"));
  apply_without({"build", "*.orig"}, {(tree / "build").string(), file.string()});
  CHECK_FALSE(is_noisy(in_folder));
  CHECK(is_noisy(file));
}

TEST_CASE("a given path that is not there is an error before anything is touched") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  for (const std::string& missing :
       {(tree / "none").string(), (tree / "none/x").string(), file.string() + "/", std::string()})
    CHECK_THROWS_AS(apply({file.string(), missing}), std::system_error);
  CHECK(is_noisy(file));
}

TEST_CASE("paths are reported as they were given") {
  const TempTree tree;
  tree.file("d/a.gz", noisy_gzip("text"));
  const std::string root = tree.string();
  CHECK_FALSE(says_nothing_of(check({root + "/d/"}), root + "/d/a.gz"));
  CHECK_FALSE(says_nothing_of(check({root + "/./d"}), root + "/./d/a.gz"));
  CHECK_FALSE(says_nothing_of(check({root + "/./d/a.gz"}), root + "/./d/a.gz"));
  const fs::path before = fs::current_path();
  fs::current_path(tree / "d");
  CHECK_FALSE(says_nothing_of(check({"."}), "./a.gz"));
  CHECK_FALSE(says_nothing_of(check({"a.gz"}), "a.gz"));
  CHECK_FALSE(says_nothing_of(check({"../d"}), "../d/a.gz"));
  fs::current_path(before);
}

TEST_CASE("an unreadable file or folder is reported, and the rest goes on") {
  const TempTree tree;
  const auto hidden = tree.file("d/hidden.gz", noisy_gzip("text"));
  const auto open = tree.file("d/open.gz", noisy_gzip("text"));
  tree.file("closed/a.gz", noisy_gzip("text"));
  give_to_nobody(tree.path());
  REQUIRE(::chmod(hidden.c_str(), 0) == 0);
  REQUIRE(::chmod((tree / "closed").c_str(), 0) == 0);
  CHECK(as_nobody([&] {
          const RunReport report = apply({tree.string()});
          return said_of(report, hidden).error == "cannot open: Permission denied" &&
                         said_of(report, tree / "closed").error ==
                             "cannot open the folder: Permission denied" &&
                         report.summary.failed == 2 && report.summary.changed == 1
                     ? 0
                     : 1;
        }) == 0);
  CHECK_FALSE(is_noisy(open));
}

TEST_CASE("a folder of 2,000 files is looked at by all workers") {
  const TempTree tree;
  tree.folder("many");
  for (int i = 0; i < 2000; ++i)
    std::fclose(std::fopen((tree / ("many/" + std::to_string(i))).c_str(), "w"));
  tree.file("many/500x.gz", noisy_gzip("text"));
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.files == 2001);
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.times_changed == 2003);
}

TEST_CASE("leftovers of an interrupted run are removed by apply, stepped over by check") {
  const TempTree tree;
  const std::string name = ".normalize-0123456789abcdef.tmp";
  const auto leftover = tree.file("d/" + name, noisy_gzip("text"));
  set_mtime_ns(tree / "d", kSecond);
  CHECK(check({tree.string()}).summary.files == 0);
  CHECK(fs::exists(leftover));
  const RunReport report = apply({tree.string()});
  CHECK_FALSE(fs::exists(leftover));
  CHECK(report.summary.leftovers_removed == 1);
  CHECK(mtime_ns(tree / "d") == kSecond);
}

TEST_CASE("leftovers beside a single given file are removed too") {
  const TempTree tree;
  const auto leftover = tree.file(".normalize-0123456789abcdef.tmp", "half");
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  apply({file.string()});
  CHECK_FALSE(fs::exists(leftover));
}

TEST_CASE("a temporary file that somebody holds, or that is none, stays") {
  const TempTree tree;
  const auto held = tree.file(".normalize-0123456789abcdef.tmp", "text");
  const auto folder = tree.folder(".normalize-0123456789abcdee.tmp");
  const auto link = tree / ".normalize-0123456789abcded.tmp";
  fs::create_symlink("x", link);
  const auto other = tree.file(".normalize-0123456789ABCDEF.tmp", "text");
  const Descriptor lock(::open(held.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  CHECK(apply({tree.string()}).summary.leftovers_removed == 0);
  CHECK(fs::exists(held));
  CHECK(fs::exists(folder));
  CHECK(fs::is_symlink(link));
  CHECK(fs::exists(other));
}
