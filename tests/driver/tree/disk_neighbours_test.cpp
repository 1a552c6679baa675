#include "driver/tree/disk_neighbours.h"

#include <doctest/doctest.h>

#include "driver/tree/walk.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

/// What is known of neighbours in a run over `paths`.
struct Known {
  explicit Known(std::vector<std::string> paths, const Rules& given = rules_with_epoch(),
                 std::vector<std::string> excludes = {})
      : rules(given) {
    Task task;
    task.paths = std::move(paths);
    task.excludes = std::move(excludes);
    tree = walk(task, rules);
    neighbours.emplace(tree, rules);
  }
  auto find(const fs::path& path) const { return neighbours->find(path.string()); }
  auto read(const fs::path& path) const { return neighbours->read(path.string()); }

  Rules rules;
  Tree tree;
  std::optional<DiskNeighbours> neighbours;
};

constexpr std::int64_t kLate = kEpoch + 100;

}  // namespace

TEST_CASE("a file of the run is known with its time now and at the end") {
  const TempTree tree;
  const auto file = tree.file("d/m.py", "pass");
  set_mtime_ns(file, kLate * kSecond + 999'999'999);
  const Known known({tree.string()});
  REQUIRE(known.find(file));
  CHECK(known.find(file)->time_before == kLate);
  CHECK(known.find(file)->time_after == kEpoch);
  CHECK_FALSE(known.find(file)->local_time);
  // Also once its time has been set.
  set_mtime_ns(file, kEpoch * kSecond);
  CHECK(known.find(file)->time_before == kLate);
  CHECK(Known({tree.string()}, Rules{}).find(file)->time_after == kEpoch);
}

TEST_CASE("a file that is no part of the run keeps its time") {
  const TempTree tree;
  const auto source = tree.file("d/m.py", "pass"), beside = tree.file("d/c/n.py", "pass");
  const auto compiled = tree.file("d/c/m.pyc", "text");
  for (const auto& path : {source, beside}) set_mtime_ns(path, kLate * kSecond);
  for (const Known& known :
       {Known({compiled.string()}), Known({(tree / "d/c").string()}, rules_with_epoch(), {"*.py"}),
        Known({tree.string()}, rules_with_epoch(), {"*.py"})})
    for (const auto& path : {source, beside}) {
      REQUIRE(known.find(path));
      CHECK(known.find(path)->time_before == kLate);
      CHECK(known.find(path)->time_after == kLate);
      CHECK(known.read(path) == bytes("pass"));
    }
}

TEST_CASE("what is no regular file is no neighbour") {
  const TempTree tree;
  tree.file("file", "text");
  tree.folder("folder");
  fs::create_symlink("file", tree / "link");
  for (const Known& known : {Known({tree.string()}), Known({(tree / "file").string()})})
    for (const char* name : {"folder", "link", "none", "none/file", "file/x"}) {
      CHECK_FALSE(known.find(tree / name));
      CHECK_FALSE(known.read(tree / name));
    }
}

TEST_CASE("a neighbour is found by the path it would be reported under") {
  const TempTree tree;
  tree.file("d/m.py", "pass");
  const fs::path before = fs::current_path();
  fs::current_path(tree / "d");
  CHECK(Known({"."}).find("./m.py"));
  CHECK(Known({"m.py"}).find("m.py"));
  CHECK(Known({"../d/"}).find("../d/m.py"));
  fs::current_path(before);
}

TEST_CASE("a neighbour's bytes are those of its normal form, before and after its turn") {
  const TempTree tree;
  const auto file = tree.file("d/a.gz", noisy_gzip("text"));
  const Known known({tree.string()});
  CHECK(known.read(file) == normal(noisy_gzip("text")));
  apply({tree.string()});
  CHECK(known.read(file) == normal(noisy_gzip("text")));
}
