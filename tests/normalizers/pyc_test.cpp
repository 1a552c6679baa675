#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
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
    const Bytes want = read_file(expected);
    for (const char* variant : {"A", "B"}) {
      const Outcome outcome = run(read_file(folder / variant / expected.filename()),
                                  expected.filename().string(), Rules{});
      CHECK(outcome.remarks.empty());
      for (auto& r : outcome.remarks) MESSAGE(r.text);
      CHECK(outcome.bytes == want);
    }
    CHECK(run(want, expected.filename().string(), Rules{}).outcome ==
          Result::Outcome::already_normal);
    ++compared;
  }
  CHECK(compared == 136);
}
