#include "normalizers/package/yaml_style.h"

#include <doctest/doctest.h>

#include "normalizers/package/lines.h"
#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::package;
using namespace normalize::test;

namespace {

std::string styled(std::string_view text) {
  YamlStyle style;
  const Content after = rewrite_lines(text, [&](auto line) { return style.rewrite(line); });
  return std::string(as_text(after.to_bytes()));
}

bool stays(std::string_view text) { return styled(text) == text; }

}  // namespace

TEST_CASE("gem: YAML of three libyamls has one way of quoting and no blanks behind keys") {
  const std::string normal =
      "--- !ruby/object:Gem::Specification\nversion: !ruby/object:Gem::Version\n  version: '1.0'\n"
      "autorequire:\ndependencies:\n- !ruby/object:Gem::Dependency\n  name: rake\n"
      "  requirement: &1 !ruby/object:Gem::Requirement\n    requirements:\n    - - '>='\n"
      "      - !ruby/object:Gem::Version\n        version: '0'\n  empty: ''\n";
  CHECK(stays(normal));
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"'>='", "\">=\""},
           {"'>='", "! '>='"},
           {"'1.0'", "\"1.0\""},
           {"''", "\"\""},
           {"autorequire:", "autorequire: "},
           {"Gem::Requirement", "Gem::Requirement "},
           {"Gem::Version\n  v", "Gem::Version \n  v"}}) {
    std::string written = normal;
    written.replace(written.find(one), one.size(), other);
    CHECK_MESSAGE(styled(written) == normal, other);
  }
  CHECK(styled("a: \"b\"\r\nc: \r\n") == "a: 'b'\r\nc:\r\n");
}

TEST_CASE("gem: YAML that lies within a scalar, or may, is not touched") {
  CHECK(stays("a: |\n  b: \n  - \"c\"\n\n   d: \n"));
  CHECK(stays("- >-\n  b: \n- - |+\n    \"c\"\n"));
  CHECK(stays("a: a text that goes on\n  - \"here\"\n  b: \n"));
  CHECK(stays("a: \"a text\n  - \\\n  - 'c'\"\n"));
  CHECK(stays("a: 'it''s'\nb: \"\\n\"\nc: \"'\"\nd: '\"'\ne: !binary |-\n  \"eA==\"\n"));
  CHECK(stays("\"a key\": \"x\"\n? b\n  c: \n# a: \"x\"\n"));
  CHECK(stays("a: ! '0'\nb: ! \"true\"\n"));  // a number and a truth to Psych
  CHECK(stays("a: 'b' 'c'\nd: [\"e\"]\nf: *1\ng: &1 text\n  h: \n"));
  CHECK(styled("a: |\n  b: \nc: \n") == "a: |\n  b: \nc:\n");
  CHECK(styled("a: text\nb: \"c\"") == "a: text\nb: 'c'");
}

TEST_CASE("gem: YAML in one style says to Psych what it said before") {
  if (!have_tool("ruby")) return;
  const std::string text =
      "a: \"x\"\nb: \nc:\n- - \">=\"\n  - ! '0'\n  - ! '>='\n- \nd: |\n  \"e\"\n  f: \ng: h\n  "
      "\"i\"\n"
      "j: \"1.0\"\nk: ! \"true\"\nl: &1\n  m: \"~\"\nn: *1\n";
  REQUIRE(styled(text) != text);
  const TempTree tree;
  tree.file("a", bytes(text));
  tree.file("b", bytes(styled(text)));
  const CommandResult result =
      run_command("cd " + shell_word(tree.string()) +
                  " && ruby -rpsych -e 'a, b = %w(a b).map { |f| Psych.unsafe_load_file(f) };"
                  " exit a == b && a[\"d\"].include?(\": \")'");
  CHECK(result.status == 0);
}
