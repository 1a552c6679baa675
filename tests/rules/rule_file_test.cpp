#include "rules/rule_file.h"

#include <doctest/doctest.h>

#include "rules/rule_set.h"

using namespace normalize;

namespace {

const std::vector<std::string> kFormats{"gzip", "zip"};

std::vector<std::shared_ptr<const Rule>> parse(std::string_view text) {
  return parse_rule_file(text, "a.toml", kFormats).rules;
}

std::string error_of(std::string_view text) {
  try {
    parse(text);
  } catch (const RuleFileError& error) {
    return error.what();
  }
  return "";
}

/// A rule with `more` to it.
std::string rule(std::string_view more) {
  return "[[rule]]\nname = 'a'\nreason = 'b'\npath = '*'\n" + std::string(more);
}

}  // namespace

TEST_CASE("a rule says where it applies and what it does") {
  const auto file = parse(R"(
[[rule]]
name = "dates"
reason = "the generator's --no-date"
path = ["*.html", "*.htm"]
magic = ["<!DOCTYPE", "0x3C68"]
text = 'generator'
profile = "strict"
replace = { find = 'on (?P<day>\S+)', with = 'on {day:%F}', first_lines = 20, same_length = true }
drop_lines = 'built by'
sort_lines = { find = '^-', skip = 1 }
set_key = { host = "", "build.time" = "{epoch:%F}" }
)");
  REQUIRE(file.size() == 1);
  const Rule& rule = *file.front();
  CHECK(rule.origin == "a.toml:2");
  CHECK(rule.paths.size() == 2);
  CHECK(rule.magic[1].bytes == "<h");
  CHECK(rule.profile == Profile::strict);
  CHECK(rule.replace.front().reach.lines == 20);
  CHECK(rule.replace.front().same_length);
  CHECK(rule.drop_lines.size() == 1);
  CHECK(rule.set_key.size() == 2);
}

TEST_CASE("options of a rule change what is normal for its files") {
  const auto file = parse(rule("options = { owners = 'keep', formats = '-zip', epoch = 5 }"));
  Rules rules;
  for (const auto& set : file.front()->options) set(rules);
  CHECK(rules.owners == Owners::keep);
  CHECK_FALSE(rules.enabled("zip"));
  CHECK(rules.epoch == 5);
}

TEST_CASE("what is wrong is told with file, line and column") {
  CHECK(error_of("a = ").starts_with("a.toml:1:"));
  CHECK(error_of(rule("leave = true\nreplce = 1"))
            .starts_with("a.toml:6:1: \"replce\" is not known"));
  CHECK(error_of(rule("leave = 3")).starts_with("a.toml:5:9: leave: expected true or false"));
  CHECK(error_of(rule("replace = { find = '(', with = '' }")).starts_with("a.toml:5:20: find: "));
  CHECK(
      error_of(rule("replace = { find = 'a', with = '{1}' }")).starts_with("a.toml:5:32: with: "));
  CHECK(error_of(rule("replace = { find = 'a' }")).find("with: has to be said") !=
        std::string::npos);
  CHECK(error_of(rule("format = 'tgz'")).starts_with("a.toml:5:10: format: no format"));
  CHECK(error_of(rule("options = { owners = 'me' }")).find("5:22: owners: expected keep or") !=
        std::string::npos);
  CHECK(error_of(rule("options = { jobs = 3 }")).find("5:13: jobs: no option") !=
        std::string::npos);
  CHECK(error_of("[[rule]]\nname = 'a'\nreason = 'b'\nleave = true").find("of no file") !=
        std::string::npos);
  CHECK(error_of(rule("")).find("does nothing") != std::string::npos);
  CHECK(error_of("[[rule]]\npath = '*'\nleave = true").find("name: has to be said") !=
        std::string::npos);
  CHECK(error_of("rule = 3").starts_with("a.toml:1:8: "));
}

TEST_CASE("expressions that match nothing at all or are too large are refused") {
  CHECK(error_of(rule("drop_lines = 'a*'")).find("the empty text too") != std::string::npos);
  CHECK(error_of(rule("drop_lines = '((a{100}){100}){100}'")) != "");
  CHECK(error_of(rule("drop_lines = 'x(a?){900}(b?){900}'")) != "");
}

TEST_CASE("a file that is too large is refused") {
  CHECK(error_of(std::string(kMostRuleFileBytes + 1, '#')).find("1 MiB") != std::string::npos);
}

TEST_CASE("a file whose expressions are too large together is refused") {
  std::string file;
  for (int i = 0; i < 600; ++i) file += rule("drop_lines = 'x[a-f]{900}'\n");
  CHECK(error_of(file).find("too large together") != std::string::npos);
  CHECK(error_of(file.substr(0, file.size() / 2)).find("too large") == std::string::npos);
}

TEST_CASE("of two rules with one name the later counts") {
  auto file = parse(rule("leave = true\n") + rule("off = true"));
  const RuleSet set(file);
  REQUIRE(set.rules().size() == 1);
  CHECK(set.rules().front()->off);
  CHECK(set.matching("x", "", Profile::safe).empty());
  CHECK(RuleSet::mismatch(*set.rules().front(), "x", "", Profile::safe) == Mismatch::off);
}

TEST_CASE("every condition of a rule has to hold") {
  const auto file = parse(
      "[[rule]]\nname = 'a'\nreason = 'b'\npath = '*.txt'\nmagic = { at = 1, bytes = 'b' }\n"
      "text = '(?i)MADE'\nprofile = 'strict'\nleave = true");
  const RuleSet set(file);
  const Rule& rule = *set.rules().front();
  const auto why = [&](std::string_view path, std::string_view head, Profile profile) {
    const Mismatch mismatch = RuleSet::mismatch(rule, path, head, profile);
    CHECK(set.matching(path, head, profile).empty() == (mismatch != Mismatch::none));
    return mismatch;
  };
  CHECK(why("d/a.txt", "abc made", Profile::strict) == Mismatch::none);
  CHECK(why("d/a.doc", "abc made", Profile::strict) == Mismatch::path);
  CHECK(why("d/a.txt", "cab made", Profile::strict) == Mismatch::magic);
  CHECK(why("d/a.txt", "", Profile::strict) == Mismatch::magic);
  CHECK(why("d/a.txt", "abc", Profile::strict) == Mismatch::text);
  CHECK(why("d/a.txt", "abc made", Profile::safe) == Mismatch::profile);
}
