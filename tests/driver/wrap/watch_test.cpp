#include "driver/wrap/watch.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using normalize::wrap::OutputPlace;
using normalize::wrap::Watch;

namespace {

/// In the same second, of the same size.
void write_again(const std::filesystem::path& file) {
  const std::int64_t time = mtime_ns(file);
  run_command("printf y >" + shell_word(file.string()));
  set_mtime_ns(file, time);
}

}  // namespace

TEST_CASE("what is new or has changed is a package, and what was there before is none") {
  const TempTree tree;
  const auto old = tree.file("old.deb", "x"), changed = tree.file("changed.deb", "x");
  tree.folder("folder.deb");
  const Watch watch({wrap::within(tree.string(), "*.deb")});
  CHECK(watch.written().empty());
  const auto made = tree.file("new.deb", "x");
  tree.file("new.txt", "x");
  write_again(changed);
  CHECK(watch.written() == std::vector<std::string>{changed.string(), made.string()});
}

TEST_CASE("a file that the command line names is the package however old it is, if it is there") {
  const TempTree tree;
  const auto odd = tree.file("a [1]*.deb", "x");
  tree.file("a 1x.deb", "x");
  const Watch watch({wrap::exactly(odd.string()), wrap::exactly((tree / "missing.deb").string())});
  CHECK(watch.written() == std::vector<std::string>{odd.string()});
}

TEST_CASE("a package that is reached by a link, or by two patterns, is one file") {
  const TempTree tree;
  const auto real = tree.file("real.deb", "x");
  REQUIRE(::symlink("real.deb", (tree / "link.deb").c_str()) == 0);
  const Watch watch({wrap::exactly((tree / "link.deb").string()), wrap::exactly(real.string())});
  CHECK(watch.written() == std::vector<std::string>{real.string()});
}
