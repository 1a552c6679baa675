// Inputs that fuzzing found worth keeping, and every sample: tests/fuzz/corpus/<format>/ and
// tests/data/<format>/; for rule files tests/fuzz/corpus/rule_file/ and rules/.

#include <doctest/doctest.h>

#include "tests/fuzz/one_input.h"
#include "tests/fuzz/rule_file.h"
#include "tests/fuzz/targets.h"
#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace fs = std::filesystem;

TEST_CASE("what was fuzzed once still keeps the laws") {
  for (const auto& format : all_normalizers()) {
    std::vector<fs::path> inputs = samples(format->name());
    const fs::path corpus = data_folder().parent_path() / "fuzz/corpus" / format->name();
    if (fs::exists(corpus))
      for (const auto& entry : fs::directory_iterator(corpus)) inputs.push_back(entry.path());
    for (const fs::path& input : inputs) {
      CAPTURE(input.string());
      CHECK(fuzz::broken_law(*format, read_file(input)) == "");
    }
  }
}

TEST_CASE("rule files that were fuzzed once still keep the laws") {
  const fs::path tests = data_folder().parent_path();
  std::size_t count = 0;
  for (const fs::path& folder : {tests / "fuzz/corpus/rule_file", tests.parent_path() / "rules"})
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!entry.is_regular_file() || entry.path().extension() == ".cpp" ||
          entry.path().extension() == ".h")
        continue;
      CAPTURE(entry.path().string());
      CHECK(fuzz::broken_rule_file_law(read_file(entry.path())) == "");
      ++count;
    }
  CHECK(count > 20);
}

TEST_CASE("targets that are no format keep their laws on what was fuzzed, and on samples") {
  for (const std::string_view target : fuzz::targets()) {
    std::vector<fs::path> inputs;
    if (target.starts_with("peer_")) inputs = samples(target.substr(5));
    const fs::path corpus = data_folder().parent_path() / "fuzz/corpus" / target;
    if (fs::exists(corpus))
      for (const auto& entry : fs::directory_iterator(corpus)) inputs.push_back(entry.path());
    CAPTURE(target);
    CHECK_FALSE(inputs.empty());
    for (const fs::path& input : inputs) {
      CAPTURE(input.string());
      CHECK(fuzz::broken_law(target, read_file(input)) == "");
    }
  }
}
