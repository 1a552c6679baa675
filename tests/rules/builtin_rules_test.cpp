// The rules that come with the program: tests/data/rules/<rule>/before becomes .../after.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "rules/rule_document.h"
#include "tests/support/rules.h"
#include "tests/support/tree.h"

using namespace normalize;
using namespace normalize::test;
namespace fs = std::filesystem;

namespace {

bool same(const RuleNode& a, const RuleNode& b) {
  return a.kind == b.kind && a.begin == b.begin && a.key_begin == b.key_begin && a.key == b.key &&
         a.text == b.text && a.number == b.number &&
         std::ranges::equal(a.children(), b.children(), same);
}

struct Sample {
  std::string rule;
  fs::path before, after;
  std::string name() const { return before.filename(); }
};

std::vector<Sample> all_samples() {
  std::vector<Sample> all;
  for (const auto& folder : fs::directory_iterator(data_folder() / "rules"))
    for (const auto& file : fs::directory_iterator(folder.path() / "before"))
      all.push_back({folder.path().filename(), file.path(),
                     folder.path() / "after" / file.path().filename()});
  return all;
}

/// Those of rules of which `condition` is true.
template <typename Condition>
std::vector<Sample> samples_where(Condition condition) {
  const Rules rules = with_builtin_rules();
  std::vector<Sample> samples = all_samples();
  std::erase_if(samples, [&](const Sample& sample) {
    const auto& book = rules.rule_book->everywhere.rules();
    const auto rule =
        std::ranges::find_if(book, [&](const auto& each) { return each->name == sample.rule; });
    return rule == book.end() || !condition(**rule);
  });
  return samples;
}

/// What needs neither Python nor another profile; builtin_rules_test.sh has the others.
std::vector<Sample> plain_samples() {
  return samples_where([](const Rule& rule) { return !rule.python && !rule.profile; });
}

bool is_of_documents(const Rule& rule) {
  return rule.origin.find("html.toml") != rule.origin.npos ||
         rule.origin.find("man.toml") != rule.origin.npos;
}

std::set<std::string> rules_named(const Findings& findings) {
  std::set<std::string> names;
  for (const Finding& finding : findings)
    if (finding.format == "rule") names.emplace(finding.field->name);
  return names;
}

/// What `unpack` prints of the normal form of what `pack` makes of a sample; both are lines of sh.
std::string packed_and_unpacked(const Sample& sample, const std::string& pack,
                                const std::string& unpack) {
  const TempTree tree;
  fs::copy_file(sample.before, tree / sample.name());
  const std::string in_tree = "cd " + shell_word(tree.string()) + " && ";
  const std::string name = shell_word(sample.name());
  REQUIRE(run_command(in_tree + "f=" + name + "; " + pack).status == 0);
  const fs::path packed = tree / "packed";
  write_file(packed, normal(read_file(packed), "packed", with_builtin_rules()));
  const CommandResult result = run_command(in_tree + "f=" + name + "; " + unpack);
  REQUIRE(result.status == 0);
  return result.output;
}

}  // namespace

TEST_CASE("what was read when the program was built is what the rule files say") {
  REQUIRE(builtin_rule_files().size() > 5);
  for (const BuiltinRuleFile& file : builtin_rule_files()) {
    CAPTURE(file.name);
    const RuleDocument document(file.text, std::string(file.name));
    REQUIRE(file.document);
    CHECK(file.document->count > 0);
    CHECK(same(*file.document, document.root()));
  }
}

TEST_CASE("every rule has a sample, and every sample a rule") {
  std::set<std::string> with_sample, with_rule;
  for (const Sample& sample : all_samples()) with_sample.insert(sample.rule);
  const Rules rules = with_builtin_rules();
  for (const auto& rule : rules.rule_book->everywhere.rules()) with_rule.insert(rule->name);
  CHECK(with_sample == with_rule);
}

TEST_CASE("a sample becomes what it is to be, by its own rule and no other") {
  const Rules rules = with_builtin_rules();
  for (const Sample& sample : plain_samples()) {
    CAPTURE(sample.rule);
    const Outcome outcome = run(read_file(sample.before), sample.name(), rules);
    CHECK(as_text(outcome.bytes) == as_text(read_file(sample.after)));
    CHECK(rules_named(outcome.findings) == std::set{sample.rule});
    CHECK(outcome.remarks.empty());
  }
}

TEST_CASE("what a rule has made normal stays") {
  const Rules rules = with_builtin_rules();
  for (const Sample& sample : plain_samples()) {
    CAPTURE(sample.rule);
    CHECK_FALSE(run(read_file(sample.after), sample.name(), rules).changed());
  }
}

TEST_CASE("without an epoch visible dates of documents stay") {
  const Rules rules = with_builtin_rules(Rules{});
  for (const Sample& sample : samples_where(is_of_documents)) {
    CAPTURE(sample.rule);
    CHECK_FALSE(run(read_file(sample.before), sample.name(), rules).changed());
  }
}

TEST_CASE("rules reach into gzip, jar and tar") {
  if (!have_tool("zip") || !have_tool("unzip")) return;
  for (const Sample& sample : plain_samples()) {
    CAPTURE(sample.rule);
    const std::string after(as_text(read_file(sample.after)));
    const std::string jar = "mkdir META-INF && echo 'Manifest-Version: 1.0' >META-INF/MANIFEST.MF";
    CHECK(packed_and_unpacked(sample, "tar -cf packed $f", "tar -xOf packed $f") == after);
    CHECK(packed_and_unpacked(sample,
                              jar + " && zip -q packed.jar META-INF/MANIFEST.MF $f && "
                                    "mv packed.jar packed",
                              "unzip -p packed $f") == after);
  }
}

TEST_CASE("a rule goes by the name of what a gzip file holds") {
  const Rules rules = with_builtin_rules();
  for (const Sample& sample : plain_samples()) {
    CAPTURE(sample.rule);
    const Bytes packed = noisy_gzip(as_text(read_file(sample.before)));
    const Outcome outcome = run(packed, sample.name() + ".gz", rules);
    CHECK(outcome.changed());
    CHECK(rules_named(outcome.findings) == std::set{sample.rule});
  }
}
