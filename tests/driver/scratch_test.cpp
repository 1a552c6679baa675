// Temporary files that nobody sees: what is kept in them, and what a full disk does.

#include "driver/scratch.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "driver/standard_streams.h"
#include "normalizers/bytes/buffer.h"
#include "tests/support/memory.h"
#include "tests/support/run.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

std::byte value_at(std::size_t offset) { return static_cast<std::byte>(offset * 31 >> 12); }

bool holds(std::span<const std::byte> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 509)
    if (bytes[i] != value_at(i)) return false;
  return true;
}

}  // namespace

TEST_CASE("a region keeps its bytes while it grows, shrinks and is let go of") {
  const TempTree tree;
  Scratch scratch(tree.string());
  const auto region = scratch.region();
  std::size_t filled = 0;
  for (const std::size_t size : {100U, 5'000U, 3'000'000U, 20'000'000U}) {
    region->resize(size);
    REQUIRE(region->bytes().size() == size);
    for (; filled < size; ++filled) region->bytes()[filled] = value_at(filled);
    scratch.let_go();
    CHECK(holds(region->bytes()));
  }
  region->resize(1'000'001);
  region->settle();
  scratch.let_go();
  CHECK(region->bytes().size() == 1'000'001);
  CHECK(holds(region->bytes()));
}

TEST_CASE("nothing of it has a name in the folder, and a region outlives its storage") {
  const TempTree tree;
  std::unique_ptr<Storage::Region> region;
  {
    Scratch scratch(tree.string());
    region = scratch.region();
    region->resize(kMebibyte);
    CHECK(fs::is_empty(tree.path()));
  }
  region->bytes()[5] = std::byte{7};
  region->resize(2 * kMebibyte);
  CHECK(region->bytes()[5] == std::byte{7});
}

TEST_CASE("a folder that cannot be used is named") {
  Scratch scratch("/nonexistent/folder");
  CHECK_THROWS_WITH_AS(
      scratch.region(),
      "cannot keep what is too much for memory in /nonexistent/folder: No such file or directory",
      std::system_error);
}

TEST_CASE("a file that may not grow so far is an error, and keeps its bytes") {
  const TempTree tree;
  const int status = as_nobody([&] {
    guard_standard_streams();
    const rlimit most{4 * kMebibyte, 4 * kMebibyte};
    ::setrlimit(RLIMIT_FSIZE, &most);
    Scratch scratch("/tmp");
    const auto region = scratch.region();
    region->resize(3 * kMebibyte);
    region->bytes()[9] = std::byte{9};
    try {
      region->resize(5 * kMebibyte);
    } catch (const std::system_error&) {
      return region->bytes().size() == 3 * kMebibyte && region->bytes()[9] == std::byte{9} ? 7 : 1;
    }
    return 2;
  });
  CHECK(status == 7);
}

TEST_CASE("a stream larger than the memory there may be is normalized all the same") {
  if (!have_own_memory()) return;
  const TempTree tree;
  const std::string word = shell_word(tree.string());
  REQUIRE(run_command("cd " + word +
                      " && mkdir in && seq 14000000 > in/numbers && tar -cf - in | gzip -1 > a.tgz"
                      " && rm -r in && cp a.tgz b.tgz && mkdir scratch")
              .status == 0);
  // Unpacked it takes 111 MB, and the program by itself some ten.
  const CommandResult result = run_command(
      "cd " + word + " && ulimit -d 110000 && TMPDIR=scratch SOURCE_DATE_EPOCH=1000000000 " +
      shell_word(NORMALIZE_PROGRAM) + " apply -q --jobs 2 a.tgz b.tgz 2>&1");
  CHECK_MESSAGE(result.status == 0, result.output);
  CHECK(fs::is_empty(tree / "scratch"));
  CHECK(run_command("cd " + word +
                    " && cmp a.tgz b.tgz && tar -tzvf a.tgz | grep -q '0/0.*2001-09'"
                    " && tar -xzOf a.tgz in/numbers | tail -1 | grep -qx 14000000")
            .status == 0);
}
