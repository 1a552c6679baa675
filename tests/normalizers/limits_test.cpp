// How much one archive may hold and one file have said of it, beside what it may unpack to.

#include "normalizers/limits.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// Three empty files in an archive that bsdtar made.
Bytes archive_of_three(const std::string& format) {
  const TempTree tree;
  for (const char* name : {"a", "b", "c"}) tree.file(name, "");
  const std::string folder = shell_word(tree.path().string());
  const CommandResult made =
      run_command("cd " + folder + " && bsdtar --format " + format + " -cf archive a b c");
  REQUIRE_MESSAGE(made.status == 0, made.output);
  return read_file(tree / "archive");
}

}  // namespace

TEST_CASE("limits: an archive of more members than it may have is left, and said") {
  for (const std::string format : {"ustar", "zip", "newc", "arbsd"}) {
    CAPTURE(format);
    const Bytes archive = archive_of_three(format);
    Rules rules = rules_with_epoch();
    rules.limits.members = 3;
    CHECK(run(archive, "archive", rules).outcome != Result::Outcome::damaged);
    rules.limits.members = 2;
    const Outcome outcome = run(archive, "archive", rules);
    CHECK(outcome.outcome == Result::Outcome::damaged);
    CHECK(outcome.bytes == archive);
    CHECK(outcome.remarked("holds more than 2 members; left as it was"));
  }
}

TEST_CASE("limits: a file of which more would have to be said than may be is left, and said") {
  Rules rules = rules_with_epoch();
  const Bytes archive = archive_of_three("ustar");
  const std::size_t needed = run(archive, "archive", rules).findings.size();
  REQUIRE(needed > 1);
  rules.limits.findings = needed;
  CHECK(run(archive, "archive", rules).changed());
  rules.limits.findings = needed - 1;
  const Outcome outcome = run(archive, "archive", rules);
  CHECK(outcome.outcome == Result::Outcome::damaged);
  CHECK(outcome.bytes == archive);
  CHECK(outcome.findings.empty());
  CHECK(outcome.remarked("changes and remarks; left as it was"));
}
