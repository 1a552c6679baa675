#include "driver/diff/unified.h"

#include <doctest/doctest.h>

#include <random>

#include "driver/diff/hex.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
using diff::unified_diff;

namespace {

std::string some_text(std::mt19937& random) {
  std::string text;
  for (auto lines = random() % 40; lines > 0; --lines)
    text += std::string(1, static_cast<char>('a' + random() % 5)) + "\n";
  if (random() % 4 == 0) text += "no end";
  return text;
}

}  // namespace

TEST_CASE("patch(1) makes one text of the other by their unified diff") {
  if (!have_tool("patch")) return;
  const TempTree tree;
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::string a = some_text(random), b = some_text(random);
    const std::string diff = unified_diff(a, b);
    CHECK(diff.empty() == (a == b));
    if (diff.empty()) continue;
    const auto file = tree.file("file", a),
               changes = tree.file("diff", "--- file\n+++ file\n" + diff);
    CAPTURE(diff);
    const CommandResult result =
        run_command("patch -s --no-backup-if-mismatch " + shell_word(file.string()) + " <" +
                    shell_word(changes.string()));
    CHECK(result.output == "");
    const std::string patched =
        std::filesystem::exists(file) ? std::string(as_text(read_file(file))) : "";
    CHECK(patched == b);
  }
}

TEST_CASE("a change is told with three lines around it") {
  CHECK(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") ==
        "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST_CASE("texts without anything in common are told in bounded room and time") {
  std::string a, b;
  for (int i = 0; i < 200'000; ++i) a += "a" + std::to_string(i) + "\n";
  for (int i = 0; i < 200'000; ++i) b += "b" + std::to_string(i) + "\n";
  const std::string diff = unified_diff(a, b);
  CHECK(diff.size() < 20'000);
  CHECK(diff.ends_with("more lines)\n"));
}

TEST_CASE("no byte of a text steers a terminal, and long lines are cut") {
  const std::string diff = unified_diff("\x1b[31m\xff\n", "x\n");
  CHECK(diff.find("\\x1b[31m\\xff\n") != std::string::npos);
  CHECK(unified_diff(std::string(5000, 'x'), "y\n").size() < 600);
}

TEST_CASE("in a text of one long line the change is told all the same") {
  std::string a = "{";
  for (int i = 0; i < 1000; ++i) a += "\"key" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  std::string b = a;
  b.replace(b.find(":700,"), 5, ":701,");
  const std::string diff = unified_diff(a, b);
  CHECK(diff.find("-\"key700\":700,\n+\"key700\":701,\n") != std::string::npos);
}

TEST_CASE("a long line takes no line apart but itself, and that where it differs") {
  const std::string values = "long: " + std::string(150, 'a') + ", " + std::string(300, 'b') + ", ";
  const auto text = [&](const std::string& version, const std::string& last) {
    return "needs: x (>= 1), y\nversion: " + version + "\n" + values + last + ", z\nend\n";
  };
  CHECK(
      diff::unified_diff(text("1", "c"), text("2", "c"))
          .starts_with("@@ -1,4 +1,4 @@\n needs: x (>= 1), y\n-version: 1\n+version: 2\n long: a"));
  const std::string both = diff::unified_diff(text("1", "c"), text("2", "d"));
  CHECK(
      both.starts_with("@@ -1,7 +1,7 @@\n needs: x (>= 1), y\n-version: 1\n+version: 2\n long: a"));
  CHECK(both.ends_with("b,\n- c,\n+ d,\n  z\n end\n"));
}

TEST_CASE("bytes are told by the rows that differ and how many bytes do") {
  Bytes a(100), b(100);
  b[33] = std::byte{0xff};
  const std::string diff = diff::hex_diff(a, b, 0x1000);
  CHECK(diff.starts_with("@@ first difference at 0x1021: 1 of 100 bytes differ @@\n 00001010 "));
  CHECK(diff.find("\n-00001020  00 00") != std::string::npos);
  CHECK(diff.find("\n+00001020  00 ff") != std::string::npos);
  CHECK(diff::hex_diff(a, a).empty());
}

TEST_CASE("binary data is no text") {
  CHECK(diff::is_text("a\tb\r\n\x1b[0m"));
  CHECK(diff::is_text(""));
  CHECK_FALSE(diff::is_text(std::string_view("a\0b", 3)));
  CHECK_FALSE(diff::is_text("\x01\x02\x03\x04"));
}
