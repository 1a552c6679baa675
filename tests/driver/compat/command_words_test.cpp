#include "driver/compat/command_words.h"

#include <doctest/doctest.h>

#include "driver/usage_error.h"

using namespace normalize;
using Value = WordOption::Value;

namespace {

constexpr WordOption kOptions[] = {
    {'t', "type", Value::required}, {'v', "verbose"},           {0, "version"},
    {0, "clamp", Value::negatable}, {'j', "", Value::optional},
};

CommandWords split(const std::vector<std::string>& words,
                   Abbreviations abbreviations = Abbreviations::taken) {
  return split_words(kOptions, words, abbreviations);
}

}  // namespace

TEST_CASE("options and paths come in any order, and -- ends the options") {
  const CommandWords words = split({"a", "-v", "b", "-", "--", "-t", "--"});
  CHECK(words.paths == std::vector<std::string>{"a", "b", "-", "-t", "--"});
  CHECK(words.has("verbose"));
  CHECK_FALSE(words.has("type"));
}

TEST_CASE("a value stands in its option's word or in the next, and the last one counts") {
  CHECK(split({"-tgzip"}).last("type") == "gzip");
  CHECK(split({"-t", "gzip"}).last("type") == "gzip");
  CHECK(split({"-vtgzip"}).last("type") == "gzip");
  CHECK(split({"--type=gzip"}).last("type") == "gzip");
  CHECK(split({"--type="}).last("type") == "");
  CHECK(split({"--type", "-x", "-t", "zip"}).last("type") == "zip");
}

TEST_CASE("an optional value is not taken from a word that is an option") {
  CHECK(split({"-j8", "a"}).last("") == "8");
  CHECK(split({"-j", "8", "a"}).paths == std::vector<std::string>{"a"});
  const CommandWords words = split({"-j", "-v", "a"});
  CHECK(words.last("") == "");
  CHECK(words.has("verbose"));
}

TEST_CASE("names may be cut short where that is the custom, if only one fits") {
  CHECK(split({"--ty", "x"}).last("type") == "x");
  CHECK_THROWS_AS(split({"--ver"}), UsageError);
  CHECK_THROWS_AS(split({"--ty", "x"}, Abbreviations::refused), UsageError);
}

TEST_CASE("a switch can be taken back") {
  CHECK_FALSE(split({"--clamp"}).options.front().negated);
  for (const char* word : {"--no-clamp", "--noclamp", "--no-cl"})
    CHECK(split({word}).options.front().negated);
}

TEST_CASE("what is not an option is refused by its name") {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--bogus"}, {"-x"}, {"-vx"}, {"-t"}, {"--verbose=1"}, {"--no-type"}, {"--=1"}})
    CHECK_THROWS_AS(split(words), UsageError);
}
