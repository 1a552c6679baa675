// Where rule files are found, which of them win, and what their [options] do to a run.

#include "driver/rule_files.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "driver/options/commands.h"
#include "driver/run_rules.h"
#include "driver/usage_error.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;

namespace {

/// A rule that is told from others of its name by its reason.
std::string rule(const std::string& name, const std::string& reason, const std::string& more = "") {
  return "[[rule]]\nname = '" + name + "'\nreason = '" + reason +
         "'\npath = '*.x'\nleave = true\n" + more;
}

std::string reason_of(const RuleSet& set, std::string_view name) {
  const auto found =
      std::ranges::find(set.rules(), name, [](const auto& each) { return each->name; });
  return found == set.rules().end() ? "" : (*found)->reason;
}

/// Folders for each kind of rule file.
struct Places {
  TempTree tree;
  const RulePlaces places{(tree / "etc").string(), (tree / "user.toml").string()};

  std::string file(const std::string& name, const std::string& text) const {
    return tree.file(name, text).string();
  }
  RuleFiles load(const std::vector<std::string>& given = {},
                 const std::vector<std::string>& paths = {}) const {
    return load_rule_files(given, paths, places);
  }
};

std::string error_of(const std::string& options, const std::string& file) {
  const TempTree tree;
  const std::string path = tree.file(file, "[options]\n" + options).string();
  try {
    if (file == ".normalize.toml")
      load_rule_files({}, {tree.string()}, {});
    else
      load_rule_files({path}, {}, {});
  } catch (const RuleFileError& error) {
    return std::string(error.what()).substr(path.size() + 1);
  }
  return "";
}

/// The options of a command line once rule files have been read: `file` by --rules.
struct Settled {
  TempTree tree;
  Options options;
  RunRules run;

  Settled(const std::string& file, std::vector<std::string> words) {
    words.insert(words.begin(), "check");
    words.insert(words.end(), {"--rules", tree.file("rules.toml", file).string(), tree.string()});
    options = parse_options(words);
    const auto parser = options_parser(options, options.command);
    run = settle_rules(*parser, options.rules, options.epoch, options.task.paths, options.report);
  }
};

}  // namespace

TEST_CASE("rule files win in their order: built in, the system's, the user's, a tree's, given") {
  const Places places;
  const auto reason = [&](const std::vector<std::string>& given = {}) {
    const RuleFiles files = places.load(given, {(places.tree / "t").string()});
    return reason_of(files.book->at(places.tree.string() + "/t/a"), "pod2man");
  };
  places.tree.folder("t");
  CHECK(reason().find("pod2man") != std::string::npos);
  places.file("etc/10.toml", rule("pod2man", "system"));
  CHECK(reason() == "system");
  places.file("etc/9.toml", rule("pod2man", "later name"));
  CHECK(reason() == "later name");
  places.file("etc/other", rule("pod2man", "no .toml"));
  CHECK(reason() == "later name");
  places.file("user.toml", rule("pod2man", "user"));
  CHECK(reason() == "user");
  places.file("t/.normalize.toml", rule("pod2man", "tree"));
  CHECK(reason() == "tree");
  CHECK(reason({places.file("given.toml", rule("pod2man", "given"))}) == "given");
}

TEST_CASE("a tree's own rules hold in that tree alone") {
  const Places places;
  places.file("a/.normalize.toml", rule("mine", "tree"));
  places.tree.folder("b");
  const std::string a = (places.tree / "a").string(), b = (places.tree / "b").string();
  const RuleFiles files = places.load({}, {a + "//", b});
  CHECK(reason_of(files.book->at(a + "/x"), "mine") == "tree");
  CHECK(reason_of(files.book->at(b + "/x"), "mine").empty());
  CHECK(reason_of(files.book->everywhere, "mine").empty());
}

TEST_CASE("a rule that is off, or wrong, is told") {
  const Places places;
  const std::string off = places.file("off.toml", "[[rule]]\nname = 'pod2man'\noff = true\n");
  const RuleFiles files = places.load({off});
  const auto& rules = files.book->everywhere.rules();
  CHECK(std::ranges::any_of(rules, [](const auto& each) { return each->off; }));
  CHECK_THROWS_AS(places.load({places.tree.string()}), UsageError);
  CHECK_THROWS_AS(places.load({(places.tree / "none").string()}), std::system_error);
  places.file("etc/a.toml", rule("a", "b", "leve = 1"));
  CHECK_THROWS_AS(places.load(), RuleFileError);
}

TEST_CASE("an option of a rule file is wrong with its line and column") {
  CHECK(error_of("jobs = 'many'", "a.toml") ==
        "2:8: jobs: expected a number from 1 to 1024, got \"many\"");
  CHECK(error_of("exclude = ['a', 3.5]", "a.toml").starts_with("2:17: expected a text"));
  CHECK(error_of("jbos = 3", "a.toml") == "2:8: jbos: no option that a rule file can set");
  CHECK(error_of("strict = 'yes'", "a.toml") == "2:10: strict: expected true or false");
  CHECK(error_of("epoch = 1\nepoch-from = 'git'", "a.toml").starts_with("3:14: epoch-from: "));
  for (const char* alone : {"files-from = 'a'", "rules = 'a'", "type = 'zip'", "baseline = 'a'"})
    CHECK(error_of(alone, "a.toml").find("is for the command line alone") != std::string::npos);
}

TEST_CASE("a tree's own file says what is normal in it, and no more") {
  CHECK(error_of("owners = 'keep'\nexclude = 'a'\ntime = 'clamp'", ".normalize.toml") == "");
  for (const char* wrong : {"jobs = 3", "plugin-path = '/tmp'", "verify = false", "map = '/a=/b'",
                            "signed = 'strip'", "pyc = 'recompile'", "link-duplicates = true",
                            "quiet = true", "epoch-from = '/etc/shadow'"}) {
    CAPTURE(wrong);
    CHECK(error_of(wrong, ".normalize.toml").find("a tree's own") != std::string::npos);
    CHECK(error_of(wrong, "a.toml") == "");
  }
}

TEST_CASE("nor may a rule of a tree's own file, for single files") {
  const TempTree tree;
  tree.file(".normalize.toml",
            "[[rule]]\nname = 'a'\nreason = 'b'\npath = '*'\noptions = { signed = 'strip' }\n");
  CHECK_THROWS_AS(load_rule_files({}, {tree.string()}, {}), RuleFileError);
}

TEST_CASE("every option of a run can stand in a rule file") {
  const Settled settled(
      "[options]\ntime = 'set'\nepoch = 5\nprofile = 'strict'\nformats = '-zip'\n"
      "exclude = ['a', 'b']\njobs = 3\nsigned = 'fail'\nowners = 'keep'\norder = 'keep'\n"
      "pyc = 'zero'\nmap = '/a=/b'\nrecompress = 'store'\nplugin-path = '/p'\nverify = false\n"
      "link-duplicates = true\nstrict = true\nverbose = true\nformat = 'jsonl'\ncolor = 'never'\n",
      {});
  const Rules& rules = settled.run.rules;
  CHECK(rules.time_mode == TimeMode::set);
  CHECK(rules.epoch == 5);
  CHECK(settled.run.epoch_origin.ends_with("rules.toml:3:9: epoch"));
  CHECK(rules.profile == Profile::strict);
  CHECK_FALSE(rules.enabled("zip"));
  CHECK(settled.options.task.excludes == std::vector<std::string>{"a", "b"});
  CHECK(settled.options.task.jobs == 3);
  CHECK(rules.signed_files == SignedFiles::fail);
  CHECK(rules.owners == Owners::keep);
  CHECK_FALSE(rules.sort_members);
  CHECK(rules.pyc_mode == PycMode::zero);
  CHECK(rules.path_map.front().to == "/b");
  CHECK(rules.recompress == Recompress::store);
  CHECK(settled.options.plugins.folders == std::vector<std::string>{"/p"});
  CHECK_FALSE(rules.verify);
  CHECK(settled.options.task.link_duplicates);
  CHECK(settled.options.strict);
  CHECK(settled.options.report.verbose);
  CHECK(settled.options.report.format == ReportOptions::Format::jsonl);
  CHECK(settled.options.report.color == ReportOptions::Color::never);
}

TEST_CASE("the command line goes before rule files") {
  const Settled settled(
      "[options]\nepoch = 5\njobs = 3\nformats = ['-all']\nmap = '/a=/file'\nexclude = 'f'\n",
      {"--epoch", "7", "-j2", "--formats=+zip", "--map=/a=/line", "--exclude=l"});
  CHECK(settled.run.rules.epoch == 7);
  CHECK(settled.run.epoch_origin == "--epoch");
  CHECK(settled.options.task.jobs == 2);
  CHECK(settled.run.rules.enabled("zip"));
  CHECK_FALSE(settled.run.rules.enabled("gzip"));
  CHECK(settled.run.rules.mapped_path("/a/x") == "/line/x");
  CHECK(settled.options.task.excludes == std::vector<std::string>{"l", "f"});
}

TEST_CASE("later rule files go before earlier ones") {
  const TempTree tree;
  const std::string a =
      tree.file("a.toml", "[options]\njobs = 3\nowners = 'keep'\nformats = '-gzip'").string();
  const std::string b = tree.file("b.toml", "[options]\njobs = 4\nformats = '+all'").string();
  Options options = parse_options({"check", "--rules", a, "--rules", b, tree.string()});
  const auto parser = options_parser(options, options.command);
  const RunRules run =
      settle_rules(*parser, options.rules, options.epoch, options.task.paths, options.report);
  CHECK(options.task.jobs == 4);
  CHECK(run.rules.owners == Owners::keep);
  CHECK(run.rules.enabled("gzip"));
}

TEST_CASE("a glob with a slash in front begins where the tree does") {
  const TempTree tree;
  const std::string file =
      tree.file("r.toml", "[[rule]]\nname = 'a'\nreason = 'b'\npath = '/usr/*.x'\nleave = true\n")
          .string();
  const std::string root = tree.string();
  const RuleFiles files = load_rule_files({file}, {root}, {});
  const auto applies = [&](const std::string& in_tree, const std::string& path) {
    return !files.book->at(in_tree)
                .matching(files.book->placed(in_tree, path), "", Profile::safe)
                .empty();
  };
  CHECK(applies(root + "/usr/a.x", root + "/usr/a.x"));
  CHECK_FALSE(applies(root + "/b/usr/a.x", root + "/b/usr/a.x"));
  CHECK_FALSE(applies(root + "/a.tar", root + "/a.tar!usr/a.x"));
  CHECK_FALSE(applies("usr/a.x", "usr/a.x"));
  // Other globs still see all of the path.
  CHECK(applies(root + "/x/autoloads.el", root + "/x/autoloads.el"));
}
