// `rules list`, `show` and `test`, and what `explain` says of rules, as users start them.

#include <doctest/doctest.h>

#include "tests/support/bytes.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

constexpr std::string_view kRules = R"([options]
exclude = "*.tmp"

# Of an invented generator.
[[rule]]
name = "widget"
reason = "widget --no-date"
path = "*.page"
text = '^made by widget'
replace = { find = '^on (?P<day>\d{4}-\d\d-\d\d)$', with = 'on {day:%F}' }

# Another.
[[rule]]
name = "pod2man"
reason = "mine"
path = "*.1"
leave = true

[[rule]]
name = "growing"
reason = "a rule that never ends"
path = "*.page"
replace = { find = 'grow', with = 'growgrow' }
)";

struct Here {
  TempTree tree;
  std::string rules = shell_word(tree.file("w.toml", kRules).string());

  CommandResult run(const std::string& arguments) const {
    return run_command("cd " + shell_word(tree.string()) +
                       " && env -u SOURCE_DATE_EPOCH XDG_CONFIG_HOME=/nonexistent " +
                       shell_word(NORMALIZE_PROGRAM) + " " + arguments);
  }
};

bool has(const CommandResult& result, std::string_view part) {
  return result.output.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("rules list names rules with their place, what they do and why") {
  const Here here;
  const CommandResult list = here.run("rules list --rules w.toml");
  CHECK(list.status == 0);
  CHECK(has(list, "\nwidget                  w.toml:5: replace: widget --no-date\n"));
  CHECK(has(list, "\npod2man                 w.toml:13: leave: mine\n"));
  CHECK(has(list, "python sbom:normal"));
  CHECK_FALSE(has(list, "pod2man                 rules/"));
  const CommandResult json = here.run("rules list --rules w.toml --format=jsonl");
  CHECK(has(json, R"({"type":"rule","name":"widget","source":"w.toml:5","does":"replace",)"));
}

TEST_CASE("rules show shows a rule as it stands, and what it stands in for") {
  const Here here;
  const CommandResult shown = here.run("rules show --rules w.toml pod2man");
  CHECK(shown.status == 0);
  CHECK(shown.output.starts_with("# w.toml:13\n# instead of rules/man.toml:"));
  CHECK(shown.output.ends_with(
      "\n[[rule]]\nname = \"pod2man\"\nreason = \"mine\"\npath = \"*.1\"\nleave = true\n"));
  CHECK(has(here.run("rules show pod2man"), "POD_MAN_DATE"));
  CHECK(here.run("rules show none").status == 2);
  // What is shown is a rule file of its own, and has the rule.
  const std::string program = shell_word(NORMALIZE_PROGRAM);
  const CommandResult every =
      here.run("rules list | while read name rest; do " + program +
               " rules show $name >x.toml && " + program + " rules test x.toml; done");
  CHECK(every.status == 0);
  CHECK(has(every, "x.toml: 1 rule, 0 options\n"));
  CHECK_FALSE(has(every, "error"));
  CHECK_FALSE(has(every, "2 rules"));
}

TEST_CASE("rules test tries each rule of a file on samples") {
  const Here here;
  here.tree.file("a.page", "made by widget\non 2024-05-06\n");
  here.tree.file("b.page", "grow\n");
  const CommandResult tried = here.run("rules test --epoch 1000000000 w.toml a.page b.page");
  CHECK(tried.status == 0);
  CHECK(tried.output.starts_with("w.toml: 3 rules, 1 option\na.page\n"));
  CHECK(has(tried, "  rule widget (w.toml:5): 1 change\n"));
  CHECK(has(tried, "    -on 2024-05-06\n    +on 2001-09-09\n"));
  CHECK(has(tried, "  rule pod2man (w.toml:13): does not apply: its path is not *.1\n"));
  CHECK(has(tried,
            "  rule widget (w.toml:5): does not apply: not in its first 4096 bytes: "
            "^made by widget\n"));
  CHECK(has(tried, "growing: would change its own result again"));
  CHECK(as_text(read_file(here.tree / "a.page")) == "made by widget\non 2024-05-06\n");
  CHECK(has(here.run("rules test w.toml a.page"), "without an epoch times stay"));
  here.tree.file("c.page", "made by widget\non 2024-13-06\n");
  CHECK(has(here.run("rules test --epoch 5 w.toml c.page"),
            "changes nothing: no time as its with writes it: on 2024-13-06\n"));
}

TEST_CASE("rules test tells what is wrong with a file, with line and column") {
  const Here here;
  here.tree.file("wrong.toml", "[[rule]]\nname = 'a'\nreplace = { find = '[', with = '' }\n");
  const CommandResult result = here.run("rules test wrong.toml");
  CHECK(result.status == 2);
  CHECK(has(result, "normalize: error: wrong.toml:3:20: find: "));
  CHECK(here.run("rules test").status == 2);
  CHECK(here.run("rules").status == 2);
  CHECK(here.run("rules tset").status == 2);
  CHECK(here.run("rules --help").status == 0);
}

TEST_CASE("explain says which rules apply, and why those that nearly do do not") {
  const Here here;
  here.tree.file("a.page", "made by widget\non 2024-05-06\n");
  here.tree.file("b.page", "nothing\n");
  const CommandResult mine = here.run("explain --epoch 1000000000 --rules w.toml a.page");
  CHECK(mine.output.starts_with("a.page: rule widget, growing\n"));
  CHECK(has(mine, "\nrule widget (w.toml:5) applies (replace): widget --no-date\n"));
  CHECK(has(mine, "on 2024-05-06 → on 2001-09-09"));
  CHECK_FALSE(has(mine, "rule doxygen-html"));
  const CommandResult near = here.run("explain --rules w.toml b.page");
  CHECK(
      has(near, "\nrule widget (w.toml:5) does not apply: not in its first 4096 bytes: ^made by"));
  const CommandResult all = here.run("explain -v --rules w.toml b.page");
  CHECK(has(all, "\nrule doxygen-html (rules/html.toml:"));
  CHECK(has(all, "does not apply: its path is not *.{html,htm,xhtml}\n"));
  here.tree.file("plain", "text");
  CHECK(here.run("explain plain").output.starts_with("plain: no format claims it\n"));
}
