#include "normalizers/package/json.h"

#include <doctest/doctest.h>

#include "normalizers/error.h"

using namespace normalize;
using namespace normalize::package;

namespace {

/// "files/a/sum=1;" for each value.
std::string shown(std::string_view text) {
  std::string all;
  read_json(text, [&](std::span<const std::string> path, std::string_view value) {
    for (const std::string& key : path) all += key + '/';
    all += '=' + std::string(value) + ';';
  });
  return all;
}

}  // namespace

TEST_CASE("JSON: every value is shown as it stands, with the keys that lead to it") {
  CHECK(shown(R"( {"a": 1, "b":{"c":"x\"y","d":[true,null, -1.5e+3]},"e":{},"f":[] } )") ==
        R"(a/=1;b/c/="x\"y";b/d//=true;b/d//=null;b/d//=-1.5e+3;)");
  CHECK(shown("7") == "=7;");
  CHECK(shown("{}") == "");
}

TEST_CASE("JSON: keys are unescaped") {
  CHECK(shown(R"({"a\/b\u0041\u00e9\n":0})") == "a/bA\xc3\xa9\n/=0;");
  CHECK(json_string(R"("\v\\")") == "\v\\");
  CHECK(json_string(R"("\ud83d\ude00")") == "\xf0\x9f\x98\x80");
  CHECK(json_string(R"("\ud83dx\ude00")") == "\xed\xa0\xbdx\xed\xb8\x80");
  CHECK_FALSE(json_string("12"));
}

TEST_CASE("JSON: what is none is refused") {
  for (const auto text : {"",        " ",          "{",          "}",       "[",
                          "{\"a\"}", "{\"a\":}",   "{\"a\":1,}", "[1,]",    "[1 2]",
                          "{a:1}",   "{\"a\":1}x", "\"",         "\"\\x\"", "\"\\u12g4\"",
                          "\"\\u12", "-",          "1.",         "1e",      "tru",
                          "[}",      "{\"a\":1]",  "\"a\nb\"",   "01x",     "# comment\n{}"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(shown(text), FormatError);
  }
}

TEST_CASE("JSON: brackets that never end cost nothing") {
  CHECK_THROWS_AS(shown(std::string(1'000'000, '[')), FormatError);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK_THROWS_AS(shown(objects), FormatError);
}
