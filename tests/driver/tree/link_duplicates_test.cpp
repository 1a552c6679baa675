#include "driver/tree/link_duplicates.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>

#include "driver/tree/temporary_name.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kEarly = (kEpoch - 1000) * kSecond + 7,
                       kLate = (kEpoch + 1000) * kSecond + 5;

RunReport link_in(std::vector<std::string> paths, Task::Mode mode = Task::Mode::apply,
                  const Rules& rules = rules_with_epoch(), unsigned jobs = 2) {
  Task task;
  task.paths = std::move(paths);
  task.mode = mode;
  task.link_duplicates = true;
  task.jobs = jobs;
  return run_pipeline(task, rules);
}

/// A tree whose files are made at one time, and folders with them.
struct Twins : TempTree {
  fs::path add(std::string_view name, std::string_view text = "twins") const {
    const fs::path path = file(name, text);
    set_mtime_ns(path, kEarly);
    return path;
  }
  fs::path first = add("a/one"), second = add("b/two");
};

bool linked(const fs::path& a, const fs::path& b) { return fs::equivalent(a, b); }

bool has_temporary_names(const fs::path& root) {
  return std::ranges::any_of(fs::recursive_directory_iterator(root), [](const auto& entry) {
    return is_temporary_name(entry.path().filename().string());
  });
}

/// Everything but access times that a second run could change.
std::string state_of(const fs::path& root) {
  const CommandResult result = run_command("cd " + shell_word(root.string()) +
                                           " && find . -printf '%p %i %n %T@ %C@\\n' | sort");
  REQUIRE(result.status == 0);
  return result.output;
}

}  // namespace

TEST_CASE("identical files become names of the first by path, and the report says so") {
  const Twins tree;
  const fs::path third = tree.add("c/three"), other = tree.add("c/other", "other");
  const RunReport report = link_in({tree.string()});
  CHECK(linked(tree.first, tree.second));
  CHECK(linked(tree.first, third));
  CHECK_FALSE(linked(tree.first, other));
  CHECK(said_of(report, tree.second).link->after == tree.first.string());
  CHECK(said_of(report, third).link->after == tree.first.string());
  CHECK(says_nothing_of(report, tree.first));
  CHECK(report.summary.linked == 2);
  CHECK(report.summary.bytes_saved == 10);
  CHECK(as_text(read_file(third)) == "twins");
  CHECK_FALSE(has_temporary_names(tree.path()));
}

TEST_CASE("nothing is linked unless somebody asks for it") {
  const Twins tree;
  apply({tree.string()});
  CHECK_FALSE(linked(tree.first, tree.second));
}

TEST_CASE("the file that stays is the same for any number of jobs, whatever the inodes") {
  for (const unsigned jobs : {1U, 8U}) {
    const TempTree tree;
    for (int i = 40; i-- > 10;) {  // the last by path is made first
      const std::string folder = "d" + std::to_string(i % 7) + "/";
      set_mtime_ns(tree.file(folder + std::to_string(i), "text " + std::to_string(i % 3)), kEarly);
    }
    const RunReport report = link_in({tree.string()}, Task::Mode::apply, rules_with_epoch(), jobs);
    CHECK(report.summary.linked == 27);
    CHECK(linked(tree / "d0/14", tree / "d3/38"));
    CHECK(said_of(report, tree / "d3/38").link->after == (tree / "d0/14").string());
  }
}

TEST_CASE("files that are the same once they are normal are linked, and check says so before") {
  const TempTree tree;
  const fs::path monday = tree.file("a.gz", noisy_gzip("text", 1'800'000'000)),
                 tuesday = tree.file("b.gz", noisy_gzip("text", 1'800'086'400));
  set_mtime_ns(monday, kLate);
  set_mtime_ns(tuesday, kLate + kSecond);
  const RunReport before = link_in({tree.string()}, Task::Mode::check);
  CHECK(said_of(before, tuesday).link->after == monday.string());
  CHECK_FALSE(linked(monday, tuesday));
  const RunReport report = link_in({tree.string()});
  CHECK(linked(monday, tuesday));
  CHECK(mtime_ns(monday) == kEpoch * kSecond);
  CHECK(report.summary.linked == before.summary.linked);
  CHECK(report.summary.bytes_saved == before.summary.bytes_saved);
  CHECK(report.summary.times_changed == before.summary.times_changed);
  CHECK(text_of(report) == text_of(before));
}

TEST_CASE("a second run finds nothing and touches nothing") {
  const Twins tree;
  tree.file("late/one", "later"), tree.file("late/two", "later");
  link_in({tree.string()});
  const std::string state = state_of(tree.path());
  const RunReport second = link_in({tree.string()});
  CHECK(second.files.empty());
  CHECK(second.summary.linked == 0);
  CHECK(state_of(tree.path()) == state);
}

TEST_CASE("folders keep their times") {
  const Twins tree;
  const fs::path folder = tree.second.parent_path();
  set_mtime_ns(folder, kEarly);
  link_in({tree.string()});
  CHECK(linked(tree.first, tree.second));
  CHECK(mtime_ns(folder) == kEarly);
}

TEST_CASE("times count as they are once they are normal") {
  SUBCASE("both past the epoch: linked, at the epoch") {
    const Twins tree;
    set_mtime_ns(tree.first, kLate);
    set_mtime_ns(tree.second, kLate + 1);
    link_in({tree.string()});
    CHECK(linked(tree.first, tree.second));
    CHECK(mtime_ns(tree.second) == kEpoch * kSecond);
  }
  SUBCASE("one nanosecond apart before the epoch: left") {
    const Twins tree;
    set_mtime_ns(tree.second, kEarly + 1);
    link_in({tree.string()});
    CHECK_FALSE(linked(tree.first, tree.second));
  }
  SUBCASE("past it, and no epoch: left") {
    const Twins tree;
    set_mtime_ns(tree.second, kLate);
    link_in({tree.string()}, Task::Mode::apply, Rules{});
    CHECK_FALSE(linked(tree.first, tree.second));
  }
}

TEST_CASE("files that differ in mode, owner or attributes stay apart") {
  const Twins tree;
  SUBCASE("mode") { fs::permissions(tree.second, fs::perms(0755)); }
  SUBCASE("owner") {
    if (!have_root()) return;
    REQUIRE(::chown(tree.second.c_str(), 0, 1) == 0);
  }
  SUBCASE("an extended attribute") {
    if (::setxattr(tree.second.c_str(), "user.tag", "1", 1, 0) != 0) return;
  }
  SUBCASE("the value of an extended attribute") {
    if (::setxattr(tree.first.c_str(), "user.tag", "1", 1, 0) != 0) return;
    REQUIRE(::setxattr(tree.second.c_str(), "user.tag", "2", 1, 0) == 0);
  }
  link_in({tree.string()});
  CHECK_FALSE(linked(tree.first, tree.second));
}

TEST_CASE("files with equal attributes are linked") {
  const Twins tree;
  if (::setxattr(tree.first.c_str(), "user.tag", "1", 1, 0) != 0) return;
  REQUIRE(::setxattr(tree.second.c_str(), "user.tag", "1", 1, 0) == 0);
  link_in({tree.string()});
  CHECK(linked(tree.first, tree.second));
}

TEST_CASE("empty files stay apart: linking them saves nothing") {
  const Twins tree;
  tree.add("a/__init__.py", ""), tree.add("b/__init__.py", "");
  const RunReport report = link_in({tree.string()});
  CHECK_FALSE(linked(tree / "a/__init__.py", tree / "b/__init__.py"));
  CHECK(report.summary.linked == 1);
}

TEST_CASE("files of two given trees stay apart, and those given by name") {
  const Twins tree;
  link_in({(tree / "a").string(), (tree / "b").string()});
  CHECK_FALSE(linked(tree.first, tree.second));
  const fs::path beside = tree.add("a/beside");
  link_in({tree.first.string(), beside.string()});
  CHECK_FALSE(linked(tree.first, beside));
}

TEST_CASE("names that a file has already go with it") {
  const Twins tree;
  fs::create_hard_link(tree.second, tree / "c");
  const RunReport report = link_in({tree.string()});
  CHECK(linked(tree.first, tree / "c"));
  CHECK(linked(tree.first, tree.second));
  CHECK(report.summary.linked == 2);
  CHECK(report.summary.bytes_saved == 5);
}

TEST_CASE("a file with a name outside of the tree is nobody's duplicate") {
  const Twins tree;
  const TempTree outside;
  fs::create_hard_link(tree.second, outside / "copy");
  link_in({tree.string()});
  CHECK_FALSE(linked(tree.first, tree.second));
}

TEST_CASE("symbolic links are not followed and not linked") {
  const Twins tree;
  const TempTree outside;
  set_mtime_ns(outside.file("twin", "twins"), kEarly);
  fs::create_symlink(outside / "twin", tree / "link");
  fs::create_directory_symlink(outside.path(), tree / "folder");
  link_in({tree.string()});
  CHECK(fs::is_symlink(tree / "link"));
  CHECK_FALSE(linked(tree.first, outside / "twin"));
}

TEST_CASE("what is excluded is not linked") {
  const Twins tree;
  Task task;
  task.paths = {tree.string()};
  task.excludes = {"two"};
  task.link_duplicates = true;
  run_pipeline(task, rules_with_epoch());
  CHECK_FALSE(linked(tree.first, tree.second));
}

TEST_CASE("a read-only folder of ours is no obstacle, and stays read-only") {
  const Twins tree;
  const fs::path folder = tree.second.parent_path();
  give_to_nobody(tree.path());
  fs::permissions(folder, fs::perms(0555));
  const int status = as_nobody([&] {
    link_in({tree.string()});
    return linked(tree.first, tree.second) ? 0 : 1;
  });
  CHECK(status == 0);
  CHECK(fs::status(folder).permissions() == fs::perms(0555));
}

TEST_CASE("large files are compared to their last byte") {
  const Twins tree;
  std::string large(3'000'000, 'x');
  const fs::path one = tree.add("large-1", large), two = tree.add("large-2", large);
  large.back() = 'y';
  const fs::path three = tree.add("large-3", large);
  link_in({tree.string()});
  CHECK(linked(one, two));
  CHECK_FALSE(linked(one, three));
}
