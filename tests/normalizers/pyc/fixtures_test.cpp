// Files of every version, compiled by the real interpreters.

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/support/bytes.h"
#include "tests/support/interpreters.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

Outcome run_file(const fs::path& path) {
  return run(read_file(path), path.filename().string(), Rules{});
}

}  // namespace

TEST_CASE("two compilations of a source meet in the form that was proved for each version") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  std::size_t compared = 0;
  for (const fs::path& expected : files_below(fixtures / "pyc/pairs")) {
    if (expected.parent_path().filename() != "N") continue;
    CAPTURE(expected.string());
    const fs::path folder = expected.parent_path().parent_path();
    for (const char* variant : {"A", "B"}) {
      const Outcome outcome = run_file(folder / variant / expected.filename());
      CHECK(outcome.remarks.empty());
      CHECK(outcome.bytes == read_file(expected));
    }
    CHECK(run_file(expected).outcome == Result::Outcome::already_normal);
    ++compared;
  }
  CHECK(compared == 136);
}

TEST_CASE("every two compilations of a source have one normal form, whatever their version") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  std::size_t compared = 0;
  for (const fs::path& first : files_below(fixtures / "pyc/pairs")) {
    if (first.parent_path().filename() != "A" || run_file(first).remarked("bytecode of")) continue;
    CAPTURE(first.string());
    const fs::path second = first.parent_path().parent_path() / "B" / first.filename();
    CHECK(read_file(first) != read_file(second));
    CHECK(run_file(first).bytes == run_file(second).bytes);
    ++compared;
  }
  CHECK(compared == 141);
}

TEST_CASE("files of all versions are read to their end and have one normal form") {
  const fs::path fixtures = shared_fixtures();
  if (fixtures.empty()) return;
  std::size_t read = 0, foreign = 0;
  for (const char* folder : {"pyc/xdis", "pyc/pairs"})
    for (const fs::path& path : files_below(fixtures / folder)) {
      CAPTURE(path.string());
      const Outcome once = run_file(path);
      CHECK(once.format == "pyc");
      if (once.remarked("bytecode of")) {  // PyPy's and others', by their magic numbers
        CHECK(once.outcome == Result::Outcome::already_normal);
        ++foreign;
        continue;
      }
      ++read;
      CHECK(once.outcome != Result::Outcome::damaged);
      CHECK(once.remarks.empty());
      CHECK(run(once.bytes, path.filename().string(), Rules{}).outcome ==
            Result::Outcome::already_normal);
    }
  CHECK(foreign == 130);
  CHECK(read == 639);
}
