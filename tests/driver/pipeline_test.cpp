#include "driver/pipeline.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kLate = (kEpoch + 1000) * kSecond + 5,
                       kEarly = (kEpoch - 1000) * kSecond + 7;

RunReport run_on(std::vector<std::string> paths, const Rules& rules = rules_with_epoch(),
                 Task::Mode mode = Task::Mode::apply, unsigned jobs = 2) {
  Task task;
  task.mode = mode;
  task.paths = std::move(paths);
  task.jobs = jobs;
  return run_pipeline(task, rules);
}

RunReport check(std::vector<std::string> paths, const Rules& rules = rules_with_epoch()) {
  return run_on(std::move(paths), rules, Task::Mode::check);
}

const FileReport* find(const RunReport& report, const fs::path& path) {
  const auto found = std::ranges::find(report.files, path.string(), &FileReport::path);
  return found == report.files.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a file in a tree is rewritten in place, and what is nobody's stays") {
  const TempTree tree;
  const auto packed = tree.file("usr/share/doc/changelog.gz", noisy_gzip("text"));
  const auto text = tree.file("usr/share/doc/copyright", "text");
  const RunReport report = run_on({tree.string()});
  CHECK(read_file(packed) == normal(noisy_gzip("text")));
  CHECK(read_file(text) == bytes("text"));
  REQUIRE(find(report, packed));
  CHECK(find(report, packed)->outcome == FileReport::Outcome::changed);
  CHECK(find(report, packed)->format == "gzip");
  CHECK(report.summary.files == 2);
  CHECK(report.summary.folders == 4);
  CHECK(report.summary.claimed == 1);
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.failed == 0);
}

TEST_CASE("check says what apply would do, and touches nothing") {
  const TempTree tree;
  const auto packed = tree.file("a.gz", noisy_gzip("text"));
  set_mtime_ns(packed, kLate);
  const auto folder_time = mtime_ns(tree.path());
  const RunReport report = check({tree.string()});
  CHECK(read_file(packed) == noisy_gzip("text"));
  CHECK(mtime_ns(packed) == kLate);
  CHECK(mtime_ns(tree.path()) == folder_time);
  REQUIRE(find(report, packed));
  CHECK(find(report, packed)->outcome == FileReport::Outcome::changed);
  CHECK_FALSE(find(report, packed)->journal.findings.empty());
  CHECK(find(report, packed)->time);
}

TEST_CASE("a second run finds nothing to do") {
  const TempTree tree;
  tree.file("a/b.gz", noisy_gzip("text"));
  fs::create_symlink("b.gz", tree / "a/link");
  run_on({tree.string()});
  const RunReport again = run_on({tree.string()});
  CHECK(again.files.empty());
  CHECK(again.summary.changed == 0);
  CHECK(again.summary.times_changed == 0);
}

TEST_CASE("times on disk later than the epoch become it, earlier ones stay to the nanosecond") {
  const TempTree tree;
  const auto late = tree.file("d/late.gz", noisy_gzip("text"));
  const auto early = tree.file("d/early.gz", noisy_gzip("other"));
  const auto text = tree.file("d/text", "text");
  fs::create_symlink("text", tree / "d/link");
  fs::create_symlink("text", tree / "d/old-link");
  for (const auto& path : {late, text, tree / "d/link"}) set_mtime_ns(path, kLate);
  for (const auto& path : {early, tree / "d/old-link", tree / "d"}) set_mtime_ns(path, kEarly);
  const RunReport report = run_on({tree.string()});
  for (const auto& path : {late, text, tree / "d/link", tree.path()}) {
    CHECK(mtime_ns(path) == kEpoch * kSecond);
    REQUIRE(find(report, path));
    CHECK(find(report, path)->time);
  }
  for (const auto& path : {early, tree / "d/old-link", tree / "d"}) CHECK(mtime_ns(path) == kEarly);
  CHECK(find(report, late)->time->before == "2024-01-02T03:20:45.000000005Z");
  CHECK(find(report, late)->time->after == "2024-01-02T03:04:05Z");
  CHECK(find(report, tree / "d") == nullptr);
  CHECK(report.summary.times_changed == 4);
}

TEST_CASE("without an epoch all times on disk stay, those of rewritten files too") {
  const TempTree tree;
  const auto packed = tree.file("d/a.gz", noisy_gzip("text"));
  set_mtime_ns(packed, kLate);
  set_mtime_ns(tree / "d", kEarly);
  const RunReport report = run_on({tree.string()}, Rules{});
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.times_changed == 0);
  CHECK(mtime_ns(packed) == kLate);
  CHECK(mtime_ns(tree / "d") == kEarly);
}
