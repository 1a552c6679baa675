#include "driver/pipeline.h"
#include "driver/counters.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "driver/tree/temporary_name.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kLate = (kEpoch + 1000) * kSecond + 5,
                       kEarly = (kEpoch - 1000) * kSecond + 7;

/// What a tree is to those who compare two of them: names, modes, times and bytes.
std::string picture_of(const fs::path& root) {
  std::string picture;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root)) paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const fs::path& path : paths) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    picture += path.string().substr(root.string().size()) + " " + std::to_string(status.st_mode) +
               " " + std::to_string(mtime_ns(path));
    if (S_ISREG(status.st_mode)) picture += std::string(" ").append(as_text(read_file(path)));
    picture += "\n";
  }
  return picture;
}

RunReport apply_with(unsigned jobs, const fs::path& path) {
  Task task;
  task.paths = {path.string()};
  task.jobs = jobs;
  return run_pipeline(task, rules_with_epoch());
}

/// Noise of every kind in `count` folders.
void fill(const TempTree& tree, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string folder = "d" + std::to_string(i) + "/";
    for (int j = 0; j < 5; ++j)
      tree.file(folder + std::to_string(j) + ".gz",
                noisy_gzip(std::string(static_cast<std::size_t>(100 * i + j), 'x')));
    const auto damaged = tree.file(folder + "damaged.gz", noisy_gzip("text"));
    fs::resize_file(damaged, 20);
    tree.file(folder + "text", "text");
    fs::create_hard_link(tree / (folder + "0.gz"), tree / (folder + "link.gz"));
    fs::create_symlink("text", tree / (folder + "symlink"));
    const std::int64_t time = i % 2 == 0 ? kLate : kEarly;
    for (const auto& entry : fs::directory_iterator(tree / folder))
      set_mtime_ns(entry.path(), time + 1000 * (entry.path().filename().string()[0]));
    set_mtime_ns(tree / folder, kEarly);
  }
  set_mtime_ns(tree.path(), kLate);
}

}  // namespace

TEST_CASE("a file in a tree is rewritten in place, and what is nobody's stays") {
  const TempTree tree;
  const auto packed = tree.file("usr/share/doc/changelog.gz", noisy_gzip("text"));
  const auto text = tree.file("usr/share/doc/copyright", "text");
  const RunReport report = apply({tree.string()});
  CHECK(read_file(packed) == normal(noisy_gzip("text")));
  CHECK(read_file(text) == bytes("text"));
  CHECK(said_of(report, packed).outcome == FileReport::Outcome::changed);
  CHECK(said_of(report, packed).format == "gzip");
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
  CHECK(said_of(report, packed).outcome == FileReport::Outcome::changed);
  CHECK_FALSE(said_of(report, packed).journal.findings.empty());
  CHECK(said_of(report, packed).time);
}

TEST_CASE("a second run finds nothing to do") {
  const TempTree tree;
  tree.file("a/b.gz", noisy_gzip("text"));
  fs::create_symlink("b.gz", tree / "a/link");
  apply({tree.string()});
  const RunReport again = apply({tree.string()});
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
  const RunReport report = apply({tree.string()});
  for (const auto& path : {late, text, tree / "d/link", tree.path()}) {
    CHECK(mtime_ns(path) == kEpoch * kSecond);
    CHECK(said_of(report, path).time);
  }
  for (const auto& path : {early, tree / "d/old-link", tree / "d"}) CHECK(mtime_ns(path) == kEarly);
  CHECK(said_of(report, late).time->before == "2024-01-02T03:20:45.000000005Z");
  CHECK(said_of(report, late).time->after == "2024-01-02T03:04:05Z");
  CHECK(says_nothing_of(report, tree / "d"));
  CHECK(report.summary.times_changed == 4);
}

TEST_CASE("without an epoch all times on disk stay, those of rewritten files too") {
  const TempTree tree;
  const auto packed = tree.file("d/a.gz", noisy_gzip("text"));
  set_mtime_ns(packed, kLate);
  set_mtime_ns(tree / "d", kEarly);
  const RunReport report = apply({tree.string()}, Rules{});
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.times_changed == 0);
  CHECK(mtime_ns(packed) == kLate);
  CHECK(mtime_ns(tree / "d") == kEarly);
}

TEST_CASE("--time=set sets every time on disk") {
  const TempTree tree;
  const auto file = tree.file("d/text", "text");
  fs::create_symlink("text", tree / "d/link");
  for (const auto& path : {file, tree / "d/link", tree / "d"}) set_mtime_ns(path, kEarly);
  Rules rules = rules_with_epoch();
  rules.time_mode = TimeMode::set;
  apply({tree.string()}, rules);
  for (const auto& path : {file, tree / "d/link", tree / "d", tree.path()})
    CHECK(mtime_ns(path) == kEpoch * kSecond);
}

TEST_CASE("the folder a single given file stands in keeps its time") {
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  set_mtime_ns(tree / "d", kLate);
  const RunReport report = apply({file.string()});
  CHECK(report.summary.changed == 1);
  CHECK(report.summary.folders == 0);
  CHECK(mtime_ns(tree / "d") == kLate);
}

TEST_CASE("times that cannot be set are reported") {
  if (!have_root()) return;
  const TempTree tree;
  const auto file = tree.file("d/text", "text");
  CHECK(as_nobody([&] {
          const RunReport report = apply({tree.string()});
          return said_of(report, file).error == "cannot set its time: Operation not permitted" &&
                         said_of(report, tree / "d").outcome == FileReport::Outcome::failed &&
                         report.summary.times_changed == 0
                     ? 0
                     : 1;
        }) == 0);
}

TEST_CASE("a damaged file stays as it was and does not stop the others") {
  const TempTree tree;
  const auto damaged = tree.file("a.gz", noisy_gzip("text"));
  fs::resize_file(damaged, 25);
  const Bytes before = read_file(damaged);
  const auto good = tree.file("b.gz", noisy_gzip("text"));
  const RunReport report = apply({tree.string()});
  CHECK(read_file(damaged) == before);
  CHECK(said_of(report, damaged).outcome == FileReport::Outcome::damaged);
  CHECK(remarked(said_of(report, damaged), "left as it was"));
  CHECK(said_of(report, good).outcome == FileReport::Outcome::changed);
  CHECK(report.summary.damaged == 1);
}

TEST_CASE("an empty file is nobody's, whatever its name") {
  const TempTree tree;
  tree.file("a.gz", "");
  const RunReport report = apply({tree.string()}, Rules{});
  CHECK(report.files.empty());
  CHECK(report.summary.files == 1);
  CHECK(report.summary.claimed == 0);
}

TEST_CASE("formats that the rules turn off are left alone") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  Rules rules;
  rules.disabled_formats.insert("gzip");
  CHECK(apply({tree.string()}, rules).files.empty());
  CHECK(read_file(file) == noisy_gzip("text"));
}

TEST_CASE("one worker and eight leave the same bytes and say the same") {
  const TempTree tree;
  const fs::path work = tree / "work";
  std::string pictures[2], texts[2];
  for (const unsigned jobs : {1U, 8U}) {
    const TempTree filled;
    fill(filled, 12);
    fs::rename(filled.path(), work);
    const std::size_t slot = jobs == 1 ? 0 : 1;
    texts[slot] = text_of(apply_with(jobs, work));
    pictures[slot] = picture_of(work);
    fs::remove_all(work);
  }
  CHECK((texts[0] == texts[1]));
  CHECK((pictures[0] == pictures[1]));
  CHECK(texts[0].find("gzip") != std::string::npos);
}

TEST_CASE("the report is sorted by path as bytes") {
  const TempTree tree;
  fill(tree, 3);
  tree.file("d1.gz", noisy_gzip("text"));
  tree.file("\xff.gz", noisy_gzip("text"));
  const RunReport report = apply({tree.string()});
  CHECK(report.files.size() > 10);
  CHECK(std::ranges::is_sorted(report.files, {}, &FileReport::path));
}

TEST_CASE("a run that is killed leaves every file old or new, and the next one finishes") {
  using namespace std::chrono;
  const TempTree tree;
  constexpr int kRounds = 15, kMostRounds = 100, kFiles = 40;
  const auto payload = [](int i) { return std::string(static_cast<std::size_t>(i) * 997, 'x'); };
  std::uint32_t random = 1;
  int interrupted = 0, halfway = 0;
  microseconds whole_run{};
  // On a busy machine a run may end before it is killed: then it goes on, with less time for each.
  for (int round = 0; round <= kRounds || (halfway == 0 && round < kMostRounds); ++round) {
    const fs::path work = tree / ("round" + std::to_string(round));
    for (int i = 0; i < kFiles; ++i) {
      const auto file = tree.file(
          work.filename().string() + "/d" + std::to_string(i % 7) + "/" + std::to_string(i) + ".gz",
          noisy_gzip(payload(i)));
      REQUIRE(::chmod(file.c_str(), 0640) == 0);
      if (i % 10 == 0) fs::create_hard_link(file, work / (std::to_string(i) + "-link.gz"));
    }
    const auto start = steady_clock::now();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      apply_with(2, work);
      save_counters();
      ::_exit(0);
    }
    if (round > 0) {  // the first one tells how long a run takes
      random = random * 1'664'525 + 1'013'904'223;
      std::this_thread::sleep_for(whole_run * (random >> 16) / 65'536);
      ::kill(child, SIGKILL);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (round == 0) whole_run = duration_cast<microseconds>(steady_clock::now() - start);
    interrupted += WIFSIGNALED(status);
    if (round > 0 && !WIFSIGNALED(status)) whole_run = whole_run * 3 / 4;

    int old_files = 0, new_files = 0;
    const auto check_files = [&](bool finished) {
      for (const auto& entry : fs::recursive_directory_iterator(work)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file()) continue;
        if (is_temporary_name(name)) {
          CHECK_FALSE(finished);
          continue;
        }
        const Bytes now = read_file(entry.path()), old = noisy_gzip(payload(std::stoi(name)));
        CHECK_MESSAGE((now == normal(old) || (!finished && now == old)), name);
        ++(now == old ? old_files : new_files);
        CHECK(entry.status().permissions() == fs::perms(0640));
      }
    };
    check_files(round == 0);
    halfway += old_files > 0 && new_files > 0;
    apply({work.string()});
    check_files(true);
    CHECK(apply({work.string()}).files.empty());
    fs::remove_all(work);
  }
  CHECK(interrupted > 0);
  CHECK(halfway > 0);
}
