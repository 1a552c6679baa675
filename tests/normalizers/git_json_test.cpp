#include <doctest/doctest.h>

#include "tests/support/bytes.h"

using namespace normalize;
using namespace normalize::test;

namespace {

std::string normal_text(std::string_view text, const Rules& rules = rules_with_epoch()) {
  return std::string(as_text(normal(bytes(text), "git.json", rules)));
}

struct Values {
  std::string time = "2026-11-21T10:11:12+0100", who = "me", branch = "main",
              committed = "2020-01-02T03:04:05+0100", commit = "0123",
              message = "\\\"git.build.host\\\": \\\"x\\\"";
};

std::string file(const Values& values) {
  return "{\n  \"git.branch\" : \"" + values.branch + "\",\n  \"git.build.host\" : \"" +
         values.who + "\",\n  \"git.build.time\" : \"" + values.time +
         "\",\n  \"git.commit.id\" : \"" + values.commit +
         "\",\n  \"git.commit.message.full\" : \"" + values.message +
         "\",\n  \"git.commit.time\" : \"" + values.committed + "\"\n}";
}

}  // namespace

TEST_CASE("git.json: the time of the build is lowered, and nothing else changes in safe") {
  CHECK(normal_text(file({})) == file({.time = "2024-01-02T03:04:05+0000"}));
  CHECK(normal_text(file({}), Rules{}) == file({}));
}

TEST_CASE("git.json: builder, clone, commit and zone go in strict") {
  CHECK(normal_text(file({}), strict_rules()) == file({.time = "2024-01-02T03:04:05+0000",
                                                       .who = "",
                                                       .branch = "",
                                                       .committed = "2020-01-02T02:04:05+0000",
                                                       .commit = "",
                                                       .message = ""}));
}

TEST_CASE("git.json: a time with a zone's name stays in it, since that tells no offset") {
  const Values named{.time = "02.01.2020 @ 10:11:12 CET", .committed = "2020-01-02 03:04:05"};
  const std::string after = normal_text(file(named), strict_rules());
  CHECK(after.find(named.time) != after.npos);
  CHECK(after.find(named.committed) != after.npos);
}

TEST_CASE("git.json: other JSON is nobody's, and what ends too soon is damaged") {
  for (const char* text : {"{}", "{\"a\": 1}", "{\"git.x\": \"\"}", "[\"git.commit.id\"]", "{",
                           "{ \"name\": \"git.commit.id\" }"})
    CHECK_MESSAGE(run(bytes(text)).outcome == Result::Outcome::not_ours, text);
  const std::string whole = file({});
  CHECK(run(bytes(whole.substr(0, whole.size() - 4))).remarked("git_json: a text does not end"));
}

TEST_CASE("git.json: values that are no texts are passed over") {
  const std::string text = "{\"git.commit.id\": 5, \"git.build.host\": [\"a\"], \"git.branch\" 7}";
  CHECK(normal_text(text, strict_rules()) == text);
}
