// A tree that others are at work on while we are, and trees out of the ordinary.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "driver/counters.h"
#include "driver/tree/file_source.h"
#include "driver/tree/temporary_name.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

bool is_noisy(const fs::path& path) { return read_file(path) == noisy_gzip("text"); }
bool is_normal(const fs::path& path) { return read_file(path) == normal(noisy_gzip("text")); }

/// A run that, when the walk has looked at `file`, does `work` first.
RunReport apply_with(const fs::path& tree, const fs::path& file,
                     const std::function<void()>& work) {
  Task task;
  task.paths = {tree.string()};
  task.passes_over = [&](const std::string& path, std::string_view) {
    if (path == file) work();
    return false;
  };
  return run_pipeline(task, rules_with_epoch());
}

/// Mounts on a folder for as long as it lives; holds nothing where that is not allowed.
class Mount {
 public:
  Mount(const char* type, const fs::path& on, unsigned long flags, const char* data)
      : on_(on), mounted_(::mount("none", on.c_str(), type, flags, data) == 0) {
    if (!mounted_) std::cout << "skipped: cannot mount\n";
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  ~Mount() {
    if (mounted_) ::umount2(on_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }

 private:
  fs::path on_;
  bool mounted_;
};

}  // namespace

TEST_CASE("a file that shrinks while it is read is said to have changed") {
  const TempTree tree;
  const auto file = tree.file("a", std::string(std::size_t{9} << 20, 'x'));
  const Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  FileSource source(opened.get(), fs::file_size(file));
  REQUIRE(source.head().size() > 0);
  fs::resize_file(file, 100);
  CHECK_THROWS_AS(source.all(), ChangedMeanwhile);
  CHECK(source.tail(8).empty());
}

TEST_CASE("a file that goes between walk and work is an error, and stays gone") {
  const TempTree tree;
  const auto gone = tree.file("a.gz", noisy_gzip("text")),
             there = tree.file("b.gz", noisy_gzip("text"));
  const RunReport report = apply_with(tree.path(), there, [&] { fs::remove(gone); });
  CHECK(said_of(report, gone).error == "cannot open: No such file or directory");
  CHECK(is_normal(there));
  CHECK_FALSE(fs::exists(gone));
}

TEST_CASE("a file that another one replaces between walk and work is left to who did it") {
  const TempTree tree, outside;
  const auto secret = outside.file("a.gz", noisy_gzip("text"));
  const auto file = tree.file("a.gz", noisy_gzip("text")),
             last = tree.file("b.gz", noisy_gzip("text"));
  SUBCASE("by a file") {
    const RunReport report = apply_with(
        tree.path(), last, [&] { fs::rename(tree.file("new", noisy_gzip("text")), file); });
    CHECK(said_of(report, file).error == "changed while it was read");
    CHECK(is_noisy(file));
  }
  SUBCASE("by a symbolic link") {
    const RunReport report = apply_with(tree.path(), last, [&] {
      fs::remove(file);
      fs::create_symlink(secret, file);
    });
    CHECK(said_of(report, file).outcome == FileReport::Outcome::failed);
    CHECK(is_noisy(secret));
    CHECK(fs::is_symlink(file));
  }
  SUBCASE("by a pipe, which nobody waits for") {
    const RunReport report = apply_with(tree.path(), last, [&] {
      fs::remove(file);
      REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    });
    CHECK(said_of(report, file).outcome == FileReport::Outcome::failed);
    CHECK(fs::is_fifo(file));
  }
  CHECK(is_normal(last));
}

TEST_CASE("nothing is written outside when a folder becomes a link before its files' turn") {
  const TempTree tree, outside;
  const auto secret = outside.file("a.gz", noisy_gzip("text"));
  const auto file = tree.file("sub/a.gz", noisy_gzip("text"));
  const RunReport report = apply_with(tree.path(), file, [&] {
    fs::rename(tree / "sub", tree / "moved");
    fs::create_directory_symlink(outside.path(), tree / "sub");
  });
  CHECK(report.summary.failed > 0);
  CHECK(is_noisy(secret));
  CHECK(is_noisy(tree / "moved/a.gz"));
  CHECK(std::distance(fs::directory_iterator(outside.path()), {}) == 1);
}

TEST_CASE(
    "while somebody rewrites a file again and again, it is never anything but his or normal") {
  const TempTree tree;
  const auto file = tree.file("a.gz", noisy_gzip("text"));
  const Bytes shorter = noisy_gzip("text"), longer = noisy_gzip(std::string(300'000, 'y'));
  const Bytes all[] = {shorter, longer, normal(shorter), normal(longer)};
  std::atomic<bool> ends = false;
  std::thread writer([&] {
    for (int i = 0; !ends; ++i) {
      const auto next = tree.file("outside-of-names", i % 2 == 0 ? longer : shorter);
      fs::rename(next, file);
      std::this_thread::yield();
    }
  });
  for (int round = 0; round < 50; ++round) {
    apply({file.string()});
    CHECK(std::ranges::find(all, read_file(file)) != std::end(all));
  }
  ends = true;
  writer.join();
  apply({file.string()});
  CHECK((read_file(file) == normal(longer) || is_normal(file)));
}

TEST_CASE("two runs over one tree at once leave it as one does") {
  const TempTree tree;
  constexpr int kFiles = 150;
  for (int i = 0; i < kFiles; ++i)
    tree.file("d" + std::to_string(i % 5) + "/" + std::to_string(i) + ".gz", noisy_gzip("text"));
  std::vector<pid_t> runs;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      // What the other was faster with has changed meanwhile, which is an error and no harm.
      apply({tree.string()});
      save_counters();
      ::_exit(0);
    }
    runs.push_back(child);
  }
  for (const pid_t run : runs) {
    int status = 0;
    REQUIRE(::waitpid(run, &status, 0) == run);
    CHECK(status == 0);
  }
  apply({tree.string()});
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(tree.path())) {
    if (!entry.is_regular_file()) continue;
    CHECK_FALSE(is_temporary_name(entry.path().filename().string()));
    CHECK(is_normal(entry.path()));
    ++files;
  }
  CHECK(files == kFiles);
  CHECK(apply({tree.string()}).files.empty());
}

TEST_CASE("on a read-only mount files are left, and that is said") {
  if (!have_root()) return;
  const TempTree tree;
  const auto disk = tree.folder("disk");
  const Mount mount("tmpfs", disk, 0, "size=1m");
  if (!mount) return;
  const auto file = tree.file("disk/a.gz", noisy_gzip("text"));
  tree.file("disk/.normalize-0123456789abcdef.tmp", std::string_view("half"));
  set_mtime_ns(file, kSecond);
  set_mtime_ns(disk, kSecond);
  REQUIRE(::mount("none", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  const RunReport report = apply({disk.string()});
  CHECK(said_of(report, file).error == "cannot create a file beside it: Read-only file system");
  CHECK(said_of(report, disk / ".normalize-0123456789abcdef.tmp").error ==
        "cannot remove what an interrupted run has left: Read-only file system");
  CHECK(report.summary.failed == 2);  // not the folder, which has its time
  CHECK(is_noisy(file));
  CHECK(check({disk.string()}).summary.failed == 0);
}

TEST_CASE("where no inode is left, files are left, and that is said") {
  if (!have_root()) return;
  const TempTree tree;
  const auto disk = tree.folder("disk");
  const Mount mount("tmpfs", disk, 0, "nr_inodes=3");
  if (!mount) return;
  const auto file = tree.file("disk/a.gz", noisy_gzip("text"));
  tree.file("disk/b", std::string_view("x"));
  const RunReport report = apply({disk.string()});
  CHECK(said_of(report, file).error == "cannot create a file beside it: No space left on device");
  CHECK(is_noisy(file));
}

TEST_CASE("a mount within the tree is walked, and names are linked on each side of it only") {
  if (!have_root()) return;
  const TempTree tree;
  const auto disk = tree.folder("disk");
  const Mount mount("tmpfs", disk, 0, "size=1m");
  if (!mount) return;
  const auto here = tree.file("a.gz", noisy_gzip("text"));
  const auto there = tree.file("disk/a.gz", noisy_gzip("text"));
  Task task;
  task.paths = {tree.string()};
  task.link_duplicates = true;
  const RunReport report = run_pipeline(task, rules_with_epoch());
  CHECK(report.summary.failed == 0);
  CHECK(is_normal(here));
  CHECK(is_normal(there));
  CHECK(fs::hard_link_count(here) == 1);
}

TEST_CASE("a sparse file of 5 GB that is nobody's is neither read nor filled") {
  const TempTree tree;
  const auto file = tree.file("large", "head");
  std::error_code error;
  fs::resize_file(file, std::uintmax_t{5} << 30, error);
  if (error) {
    std::cout << "skipped: the file system keeps no file of 5 GB\n";
    return;
  }
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.failed == 0);
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK(status.st_size == off_t{5} << 30);
  CHECK(status.st_blocks < 100);
}

TEST_CASE("a folder of very many files is walked") {
  const TempTree tree;
  const bool soak = std::getenv("NORMALIZE_SOAK") != nullptr;
  const int count = soak ? 100'000 : 10'000;  // the short version is the same walk in 20 parts
  const Descriptor folder(::open(tree.string().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < count; ++i) {
    const std::string name = std::to_string(i);
    const Descriptor file(
        ::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    REQUIRE(file);
  }
  const auto noisy = tree.file("a.gz", noisy_gzip("text"));
  const RunReport report = apply({tree.string()});
  CHECK(report.summary.files == static_cast<std::uint64_t>(count) + 1);
  CHECK(is_normal(noisy));
}
