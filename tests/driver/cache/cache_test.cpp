#include "driver/cache/cache.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "driver/cache/rules_digest.h"
#include "driver/usage_error.h"
#include "tests/support/rules.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

struct Looked {
  RunReport report;
  int opened = 0;  // files that some format recognizes, opened to see that
};

/// Beside the tree a folder with the cache.
struct Cached : TempTree {
  TempTree beside, elsewhere;
  const fs::path cache = beside / "cache";

  Looked run(Task::Mode mode = Task::Mode::apply, const Rules& rules = rules_with_epoch(),
             bool link_duplicates = false) const {
    std::atomic<int> opened = 0;
    Task task;
    task.paths = {string()};
    task.mode = mode;
    task.jobs = 2;
    task.link_duplicates = link_duplicates;
    task.passes_over = [&](const std::string&, std::string_view) { return ++opened, false; };
    ReportOptions options;
    Cache kept(cache.string(), rules_digest(rules), options);
    task.cache = &kept;
    RunReport report = run_pipeline(task, rules);
    return {std::move(report), opened};
  }

  /// Until all that is there is old enough to be remembered, by the file system's own clock: that
  /// moves in steps, and late on a loaded machine.
  void rest() const {
    const auto now = [&] { return fs::last_write_time(elsewhere.file("clock", "")); };
    const auto start = now();
    while (now() - start < std::chrono::milliseconds(30))
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }

  /// A run that leaves everything normal and known.
  void settle() const {
    for (int i = 0; i < 3; ++i) {
      rest();
      run();
    }
  }
};

Bytes normal_gzip(std::string_view payload) { return normal(noisy_gzip(payload)); }

/// New bytes in an old file, of the same size and dated as before.
void overwrite_in_place(const fs::path& path, ByteView content) {
  REQUIRE(fs::file_size(path) == content.size());
  const std::int64_t time = mtime_ns(path);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file << as_text(content);
  file.close();
  set_mtime_ns(path, time);
}

/// noisy_gzip() names the file in its header, which goes; this one differs from its normal form in
/// the time alone.
Bytes late_gzip(std::string_view payload) {
  Bytes bytes = normal_gzip(payload);
  bytes[7] = std::byte{0x7f};  // the highest byte of MTIME
  return bytes;
}

std::vector<CacheRecord> records_in(const fs::path& cache, const Rules& rules) {
  return read_cache(read_file(cache), rules_digest(rules)).records;
}

}  // namespace

TEST_CASE("a second run opens no file that was normal, and says the same") {
  const Cached tree;
  tree.file("a/one.gz", normal_gzip("one"));
  tree.file("a/two.gz", normal_gzip("two"));
  tree.file("b/text", "text");
  tree.file("b/empty", "");
  tree.rest();
  const Looked first = tree.run(), second = tree.run(), third = tree.run(Task::Mode::check);
  CHECK(first.opened == 2);
  CHECK(second.opened == 0);
  CHECK(third.opened == 0);
  for (const Summary& summary : {second.report.summary, third.report.summary}) {
    CHECK(summary.files == 4);
    CHECK(summary.claimed == 2);
    CHECK(summary.folders == first.report.summary.folders);
    CHECK(summary.changed == 0);
  }
}

TEST_CASE("files that a run only dated are known to the next") {
  const Cached tree;
  const auto file = tree.file("a.gz", normal_gzip("text"));
  set_mtime_ns(file, (kEpoch + 99) * kSecond);
  tree.rest();
  CHECK(tree.run().report.summary.times_changed > 0);
  const Looked second = tree.run();
  CHECK(second.opened == 0);
  CHECK(second.report.summary.times_changed == 0);
  CHECK(mtime_ns(file) == kEpoch * kSecond);
}

TEST_CASE("a time on disk that moved is settled") {
  const Cached tree;
  const auto file = tree.file("a.gz", normal_gzip("text"));
  tree.settle();
  set_mtime_ns(file, (kEpoch + 99) * kSecond);
  CHECK(tree.run(Task::Mode::check).report.summary.times_changed == 1);
  CHECK(tree.run().report.summary.times_changed == 1);
  CHECK(mtime_ns(file) == kEpoch * kSecond);
}

TEST_CASE("a file that was rewritten is looked at once more, then known") {
  const Cached tree;
  tree.file("a.gz", noisy_gzip("text"));
  CHECK(tree.run().report.summary.changed == 1);
  tree.rest();
  CHECK(tree.run().opened == 1);
  CHECK(tree.run().opened == 0);
}

TEST_CASE("a file that changed is never passed over") {
  const Cached tree;
  const auto file = tree.file("d/a.gz", normal_gzip("text"));
  tree.settle();
  REQUIRE(tree.run().opened == 0);

  SUBCASE("in place, of the same size and with its time put back") {
    overwrite_in_place(file, late_gzip("text"));
  }
  SUBCASE("by another file of the same size and time") {
    const auto other = tree.file("d/new", late_gzip("text"));
    set_mtime_ns(other, mtime_ns(file));
    fs::rename(other, file);
  }
  SUBCASE("under a new name of its own") {
    overwrite_in_place(file, late_gzip("text"));
    fs::rename(file, tree / "d/b.gz");
  }
  const Looked looked = tree.run();
  CHECK(looked.opened == 1);
  CHECK(looked.report.summary.changed == 1);
}

TEST_CASE("a file that changes right behind a run is never passed over") {
  const Cached tree;
  const auto file = tree.file("a.gz", normal_gzip("text"));
  set_mtime_ns(file, kEpoch * kSecond);
  for (int i = 0; i < 40; ++i) {
    tree.run(Task::Mode::check);
    overwrite_in_place(file, late_gzip("text"));
    REQUIRE(tree.run(Task::Mode::check).report.summary.changed == 1);
    overwrite_in_place(file, normal_gzip("text"));
  }
}

TEST_CASE("a time is old where no later one on that file system could be the same") {
  const Cached tree;
  struct stat now {};
  const ReportOptions options;
  const Cache cache(tree.cache.string(), rules_digest({}), options);
  REQUIRE(::stat(tree.beside.file("now", "").c_str(), &now) == 0);
  const auto is_old = [&](std::int64_t seconds_ago, std::int32_t nanoseconds, int device = 0) {
    Entry entry;
    entry.identity = identity_of(now);
    entry.identity.device += static_cast<dev_t>(device);
    entry.ctime = {now.st_ctim.tv_sec - seconds_ago, nanoseconds};
    return cache.is_old(entry);
  };
  CHECK(is_old(60, 123'456'789));
  CHECK(is_old(60, 0));
  CHECK(is_old(60, 123'456'789, 1));
  CHECK(is_old(2, 1));
  CHECK_FALSE(is_old(1, 0));     // of a file system that keeps seconds
  CHECK_FALSE(is_old(1, 1, 1));  // of one with a clock of its own
  CHECK_FALSE(is_old(-1, 1));
  CHECK_FALSE(is_old(-60, 0));
}

TEST_CASE("a file in a folder with a new name gets the rules for that name") {
  const Cached tree;
  const std::string text = "made today\n";
  tree.file("plain/page", text);
  tree.settle();
  const Rules rules = with_rules(R"toml(
      [[rule]]
      name = "page"
      reason = "make --no-date"
      path = "dated/page"
      replace = { find = "today", with = "once" }
  )toml");
  tree.run(Task::Mode::apply, rules);
  tree.rest();
  tree.run(Task::Mode::apply, rules);
  fs::rename(tree / "plain", tree / "dated");
  CHECK(tree.run(Task::Mode::apply, rules).report.summary.changed == 1);
  CHECK(as_text(read_file(tree / "dated/page")) == "made once\n");
}

TEST_CASE("other rules know nothing of what was found") {
  const Cached tree;
  tree.file("a.gz", normal_gzip("text"));
  tree.settle();
  REQUIRE(tree.run().opened == 0);
  Rules others = rules_with_epoch();
  others.sort_members = false;
  CHECK(tree.run(Task::Mode::check, others).opened == 1);
  CHECK(tree.run(Task::Mode::check, others).opened == 0);
}

TEST_CASE("what there is something to say of is said every time") {
  const Cached tree;
  const auto damaged = tree.file("damaged.gz", noisy_gzip("text"));
  fs::resize_file(damaged, 20);
  tree.file("noisy.gz", noisy_gzip("text"));
  tree.rest();
  const Looked first = tree.run(Task::Mode::check), second = tree.run(Task::Mode::check);
  CHECK(second.report.summary.damaged == 1);
  CHECK(second.report.summary.changed == 1);
  CHECK(text_of(second.report) == text_of(first.report));
}

TEST_CASE("one name of a file that is known does not hide that another is not") {
  const Cached tree;
  const auto file = tree.file("a.gz", normal_gzip("text"));
  fs::create_hard_link(file, tree / "b.gz");
  tree.settle();
  REQUIRE(tree.run().opened == 0);
  CHECK(tree.run().report.summary.files == 1);
  CHECK(tree.run().report.summary.claimed == 1);
  overwrite_in_place(tree / "b.gz", late_gzip("text"));
  CHECK(tree.run().report.summary.changed == 1);
}

TEST_CASE("duplicates are found among files that are known") {
  const Cached tree;
  tree.file("a.gz", normal_gzip("text"));
  tree.file("b.gz", normal_gzip("text"));
  tree.settle();
  CHECK(tree.run(Task::Mode::apply, rules_with_epoch(), true).report.summary.linked == 1);
}

TEST_CASE("a cache of another kind of file is left as it was, and a damaged one replaced") {
  const Cached tree;
  tree.file("a.gz", normal_gzip("text"));
  tree.rest();
  SUBCASE("somebody's file") {
    write_file(tree.cache, bytes("#!/bin/sh\n"));
    CHECK(tree.run().opened == 1);
    CHECK(tree.run().opened == 1);
    CHECK(as_text(read_file(tree.cache)) == "#!/bin/sh\n");
  }
  SUBCASE("cut short") {
    tree.run();
    fs::resize_file(tree.cache, fs::file_size(tree.cache) - 1);
    CHECK(tree.run().opened == 1);
    CHECK(tree.run().opened == 0);
  }
}

TEST_CASE("a cache is refused within the tree, and where no file can be put") {
  const Cached tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  Task task;
  task.paths = {tree.string()};
  const ReportOptions options;
  const Rules rules = rules_with_epoch();
  Cache within((tree / "d/cache").string(), rules_digest(rules), options);
  task.cache = &within;
  CHECK_THROWS_AS(run_pipeline(task, rules), UsageError);
  CHECK(read_file(file) == noisy_gzip("text"));
  CHECK_THROWS_AS(Cache((tree / "missing/cache").string(), rules_digest(rules), options),
                  std::system_error);
  CHECK_THROWS_AS(Cache(tree.string(), rules_digest(rules), options), UsageError);
}

TEST_CASE("nothing but the cache is left beside it") {
  const Cached tree;
  tree.file("a.gz", normal_gzip("text"));
  tree.settle();
  CHECK(std::distance(fs::directory_iterator(tree.beside.path()), {}) == 1);
}

TEST_CASE("runs at the same time leave a whole cache") {
  const Cached tree;
  for (int i = 0; i < 50; ++i) tree.file("d/" + std::to_string(i) + ".gz", normal_gzip("text"));
  tree.rest();
  std::vector<std::jthread> runs;
  for (int i = 0; i < 4; ++i)
    runs.emplace_back([&tree] {
      for (int j = 0; j < 5; ++j) tree.run(Task::Mode::check);
    });
  runs.clear();
  CHECK(records_in(tree.cache, rules_with_epoch()).size() == 50);
  CHECK(tree.run(Task::Mode::check).opened == 0);
}

TEST_CASE("a .pyc file is known as long as the time of its source is the same") {
  if (!have_tool("python3")) return;
  const Cached tree;
  const auto source = tree.file("m.py", "x = 1\n");
  set_mtime_ns(source, (kEpoch - 50) * kSecond);
  REQUIRE(run_command("python3 -m compileall -q " + shell_word(tree.string())).status == 0);
  tree.settle();
  REQUIRE(tree.run().opened == 0);
  CHECK(tree.run(Task::Mode::check).report.summary.changed == 0);

  SUBCASE("moved to before the epoch") { set_mtime_ns(source, (kEpoch - 90) * kSecond); }
  SUBCASE("moved to behind the epoch") { set_mtime_ns(source, (kEpoch + 50) * kSecond); }
  SUBCASE("gone") { fs::remove(source); }
  const Looked looked = tree.run(Task::Mode::check);
  CHECK(text_of(looked.report) == text_of(check({tree.string()})));
  CHECK(looked.report.summary.claimed == 1);
}

TEST_CASE("what goes by other files' bytes is looked at every time") {
  const Cached tree;
  const auto package = tree.file("a_1.gz", normal_gzip("text"));
  const auto describe = [&] {
    tree.file("a_1.dsc", "Format: 3.0 (native)\nSource: a\nVersion: 1\nFiles:\n " +
                             std::string(32, '0') + " 5 a_1.gz\n");
  };
  describe();
  tree.rest();
  CHECK(tree.run().report.summary.changed == 1);
  tree.settle();
  overwrite_in_place(package, normal_gzip("TEXT"));
  CHECK(tree.run(Task::Mode::check).report.summary.changed == 1);
}

TEST_CASE("the texts of rule files count, those in a tree too") {
  const Cached tree;
  const auto digest = [&](const std::string& tree_rules, const std::string& given) {
    tree.file(".normalize.toml", tree_rules);
    Rules rules = rules_with_epoch();
    rules.rule_book =
        load_rule_files({tree.beside.file("given.toml", given)}, {tree.string()}).book;
    return rules_digest(rules);
  };
  const std::string one = "[[rule]]\nname = 'a'\noff = true\n", two = one + "# more\n";
  CHECK(digest(one, one) == digest(one, one));
  CHECK(digest(one, one) != digest(two, one));
  CHECK(digest(one, one) != digest(one, two));
  CHECK(digest(one, two) != digest(two, one));
}

TEST_CASE("every rule counts when it is asked whether the rules are the same") {
  const auto differs = [](auto change) {
    Rules rules = rules_with_epoch();
    change(rules);
    return rules_digest(rules) != rules_digest(rules_with_epoch());
  };
  CHECK_FALSE(differs([](Rules&) {}));
  CHECK(differs([](Rules& rules) { rules.epoch.reset(); }));
  CHECK(differs([](Rules& rules) { rules.epoch = 0; }));
  CHECK(differs([](Rules& rules) { rules.time_mode = TimeMode::set; }));
  CHECK(differs([](Rules& rules) { rules.profile = Profile::strict; }));
  CHECK(differs([](Rules& rules) { rules.recompress = Recompress::keep; }));
  CHECK(differs([](Rules& rules) { rules.owners = Owners::keep; }));
  CHECK(differs([](Rules& rules) { rules.sort_members = false; }));
  CHECK(differs([](Rules& rules) { rules.signed_files = SignedFiles::strip; }));
  CHECK(differs([](Rules& rules) { rules.limits.depth = 1; }));
  CHECK(differs([](Rules& rules) { rules.pyc_mode = PycMode::zero; }));
  CHECK(differs([](Rules& rules) { rules.path_map = {{"/a", "/b"}}; }));
  CHECK(differs([](Rules& rules) { rules.verify = false; }));
  CHECK(differs([](Rules& rules) { rules.verify_pyc = true; }));
  CHECK(differs([](Rules& rules) { rules.disabled_formats = {"zip"}; }));
}

TEST_CASE("what a tree's own options make of the rules counts") {
  const auto digest = [](Owners owners) {
    Rules rules = rules_with_epoch(), of_tree = rules;
    of_tree.owners = owners;
    RuleBook book{RuleSet({}), {}, {}};
    book.trees.push_back({"t/", RuleSet({}), of_tree, {}});
    rules.rule_book = std::make_shared<const RuleBook>(std::move(book));
    return rules_digest(rules);
  };
  CHECK(digest(Owners::keep) == digest(Owners::keep));
  CHECK(digest(Owners::keep) != digest(Owners::root));
}
