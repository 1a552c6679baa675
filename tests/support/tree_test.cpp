#include "tests/support/tree.h"

#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize::test;

TEST_CASE("a command's status and all it writes come back") {
  const CommandResult result = run_command("echo out; echo error >&2; exit 3");
  CHECK(result.status == 3);
  CHECK(result.output == "out\nerror\n");
  CHECK(run_command("kill -9 $$").status == 128 + 9);
}

TEST_CASE("a quoted word reaches the shell as it is") {
  for (const std::string_view word : {"it's", "a b", "$(x)", "two\nlines", "''", "\\"})
    CHECK(run_command("printf %s " + shell_word(word)).output == word);
}

TEST_CASE("a tree of a test's own is gone afterwards, read-only folders too") {
  std::filesystem::path path;
  {
    const TempTree tree;
    path = tree.path();
    CHECK(read_file(tree.file("a/b/c", "text")) == bytes("text"));
    std::filesystem::permissions(tree / "a/b", std::filesystem::perms::none);
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("times are set and read to the nanosecond, before 1970 too") {
  const TempTree tree;
  const auto path = tree.file("file", "");
  for (const std::int64_t time :
       {std::int64_t{0}, 1'704'164'645 * kSecond + 123'456'789, -kSecond / 2}) {
    set_mtime_ns(path, time);
    CHECK(mtime_ns(path) == time);
  }
}

TEST_CASE("the noisy gzip is what gzip reads, and never normal") {
  const auto file = noisy_gzip("payload");
  CHECK(run(file).changed());
  CHECK(run(file, "file", normalize::Rules{}).changed());
  if (!have_tool("gzip")) return;
  const TempTree tree;
  CHECK(run_command("gzip -dc " + shell_word(tree.file("a.gz", file).string())).output ==
        "payload");
}
