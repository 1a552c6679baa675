#include "driver/epoch/choose.h"

#include <doctest/doctest.h>

#include "driver/usage_error.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::optional<Epoch> from_variable(const char* value) { return choose_epoch({}, value, {}); }

std::int64_t from(const std::string& source, const std::vector<std::string>& paths) {
  return choose_epoch({{}, source}, nullptr, paths)->seconds;
}

}  // namespace

TEST_CASE("SOURCE_DATE_EPOCH: digits count, empty is unset, zero is a value") {
  CHECK_FALSE(from_variable(nullptr));
  CHECK_FALSE(from_variable(""));
  CHECK(from_variable("0")->seconds == 0);
  CHECK(from_variable("1704164645")->seconds == 1'704'164'645);
  CHECK(from_variable("007")->seconds == 7);
  CHECK(from_variable("1704164645")->origin == "SOURCE_DATE_EPOCH");
}

TEST_CASE("SOURCE_DATE_EPOCH: everything else is refused") {
  for (const char* wrong : {"-1", "+1", " 1", "1 ", "1\n", "1.0", "1e9", "0x1", "tomorrow", "١",
                            "9223372036854775808", "99999999999999999999999"})
    CHECK_THROWS_AS(from_variable(wrong), UsageError);
  CHECK_THROWS_WITH_AS(from_variable("junk"),
                       "SOURCE_DATE_EPOCH: expected seconds since 1970 in digits, got \"junk\"",
                       UsageError);
}

TEST_CASE("the command line goes before the variable, which is not looked at then") {
  CHECK(choose_epoch({5, ""}, "junk", {})->seconds == 5);
  CHECK(choose_epoch({5, ""}, "7", {})->origin == "--epoch");
  const TempTree tree;
  const auto file = tree.file("stamp", "");
  set_mtime_ns(file, 12 * kSecond);
  CHECK(choose_epoch({{}, file.string()}, "junk", {})->seconds == 12);
}

TEST_CASE("--epoch-from=FILE is the file's time, a symbolic link's target's too") {
  const TempTree tree;
  const auto file = tree.file("stamp", "");
  set_mtime_ns(file, 99 * kSecond + 5);
  CHECK(from(file.string(), {}) == 99);
  std::filesystem::create_symlink("stamp", tree / "link");
  CHECK(from((tree / "link").string(), {}) == 99);
  CHECK_THROWS_AS(from((tree / "missing").string(), {}), std::system_error);
  set_mtime_ns(file, -5 * kSecond);
  CHECK_THROWS_AS(from(file.string(), {}), UsageError);
}

TEST_CASE("--epoch-from=newest asks regular files alone, and follows no link") {
  const TempTree tree;
  set_mtime_ns(tree.file("in/old", ""), 10 * kSecond);
  set_mtime_ns(tree.file("in/deep/er/new", ""), 20 * kSecond);
  set_mtime_ns(tree.file("out", ""), 30 * kSecond);
  std::filesystem::create_symlink("../out", tree / "in/link");
  std::filesystem::create_directory_symlink("..", tree / "in/up");
  CHECK(from("newest", {(tree / "in").string()}) == 20);
  CHECK(from("newest", {(tree / "in").string(), (tree / "out").string()}) == 30);
  CHECK_THROWS_AS(from("newest", {tree.folder("empty").string()}), UsageError);
  CHECK_THROWS_AS(from("newest", {(tree / "in/link").string()}), UsageError);
  CHECK_THROWS_AS(from("newest", {(tree / "missing").string()}), std::system_error);
}

TEST_CASE("--epoch-from=changelog looks beside what is given") {
  const TempTree tree;
  tree.file("CHANGELOG.md", "## 1.1 - 2024-01-02\n## 1.0 - 2023-01-01\n");
  CHECK(from("changelog", {tree.string()}) == 1'704'153'600);
  CHECK(from("changelog", {(tree / "CHANGELOG.md").string()}) == 1'704'153'600);
  tree.file("a.spec", "%changelog\n* Wed Jan 03 2024 A. Body <a@example.org> - 1-1\n");
  CHECK(from("changelog", {tree.string()}) == 1'704'240'000);
  tree.file("debian/changelog",
            "x (1) unstable; urgency=low\n\n -- A <a@example.org>  Thu, 04 Jan 2024 00:00:00 "
            "+0000\n");
  CHECK(from("changelog", {tree.string()}) == 1'704'326'400);
  tree.file("debian/changelog", "nothing of the kind");
  CHECK_THROWS_AS(from("changelog", {tree.string()}), UsageError);
}

TEST_CASE("two spec files leave the choice to the user") {
  const TempTree tree;
  tree.file("a.spec", "");
  tree.file("b.spec", "");
  CHECK_THROWS_AS(from("changelog", {tree.string()}), UsageError);
}

TEST_CASE("--epoch-from=git is the committer's time of HEAD") {
  if (!have_tool("git")) return;
  const TempTree tree;
  const std::string repository = shell_word(tree.string());
  const CommandResult made = run_command(
      "cd " + repository +
      " && git init -q . && echo x >x && git add x && GIT_AUTHOR_DATE='1000000000 +0000' "
      "GIT_COMMITTER_DATE='1700000000 +0200' git -c user.name=A -c user.email=a@example.org "
      "commit -q -m x && mkdir -p deep/er");
  REQUIRE_MESSAGE(made.status == 0, made.output);
  CHECK(from("git", {tree.string()}) == 1'700'000'000);
  CHECK(from("git", {(tree / "deep/er").string()}) == 1'700'000'000);
  CHECK(from("git", {(tree / "x").string()}) == 1'700'000'000);
}
