// rules FOLDER...: how fast one core takes the texts below the folders, which rules of the program
// treat, through those rules; and what rules that match nothing cost a file, beside none at all.
//
// Files are read before the clock starts; what is compared is measured in turns.

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "normalizers/normalize.h"
#include "normalizers/ruling.h"
#include "rules/builtin.h"
#include "rules/rule_file.h"

using namespace normalize;

namespace {

struct File {
  std::string name;
  Bytes content;
};

void read_files(const std::filesystem::path& folder, std::vector<File>& files) {
  const auto options = std::filesystem::directory_options::skip_permission_denied;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, options)) {
    if (!entry.is_regular_file() || entry.is_symlink()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const ByteView bytes = as_bytes(text);
    if (!text.empty()) files.push_back({entry.path().string(), {bytes.begin(), bytes.end()}});
  }
}

/// What this thread has had of a processor: other programs do not count.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Rules with(std::vector<std::shared_ptr<const Rule>> list) {
  Rules rules;
  rules.epoch = 1'000'000'000;  // before anything was generated: every date changes
  rules.rule_book = std::make_shared<const RuleBook>(RuleBook{RuleSet(std::move(list)), {}, {}});
  return rules;
}

Rules builtin_rules() {
  std::vector<std::string> formats;
  for (const auto& format : all_normalizers()) formats.emplace_back(format->name());
  std::vector<std::shared_ptr<const Rule>> all;
  for (const BuiltinRuleFile& file : builtin_rule_files())
    for (auto& rule : parse_rule_file(file.text, std::string(file.name), formats).rules)
      all.push_back(std::move(rule));
  return with(std::move(all));
}

/// Rules that come as near as rules can without matching: by path, and by text.
Rules idle_rules(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += "[[rule]]\nname = 'idle" + number + "'\nreason = 'none'\n";
    text += i % 2 ? "path = '*.{html,htm}'\ntext = 'content=\"Generator" + number + " '\n"
                  : "path = ['*.kind" + number + "', 'share/kind" + number + "/*']\n";
    text += "replace = { find = '^made on (\\d+)$', with = 'made on' }\n";
  }
  return with(parse_rule_file(text, "idle.toml", {}).rules);
}

struct Measured {
  double bytes = 0, seconds = 0;
  std::size_t files = 0, changed = 0;
};

/// By the first rule that treats a file.
void measure_texts(const std::vector<File>& files, const Rules& rules) {
  constexpr int kRounds = 5;
  std::map<std::string, Measured> by_rule;
  Measured all;
  for (const File& file : files) {
    WholeSource source(file.content);
    const Ruling ruling = ruling_of(rules, file.name, file.name, source);
    const bool is_text = ruling.treats_text() && std::ranges::none_of(ruling.rules, [](auto* each) {
                           return each->python.has_value();
                         });
    if (!is_text) continue;
    double best = 1e9;
    bool changed = false;
    for (int round = 0; round < kRounds; ++round) {
      const double start = processor_seconds();
      changed = normalize_source(file.name, source, rules).outcome == Result::Outcome::changed;
      best = std::min(best, processor_seconds() - start);
    }
    for (Measured* sum : {&all, &by_rule[ruling.rules.front()->name]}) {
      sum->bytes += static_cast<double>(file.content.size());
      sum->seconds += best;
      ++sum->files;
      sum->changed += changed;
    }
  }
  by_rule["all"] = all;
  for (const auto& [rule, sum] : by_rule)
    std::printf("%-20s %6zu files, %6zu to change, %7.1f MB: %5.0f MB/s\n", rule.c_str(), sum.files,
                sum.changed, sum.bytes / 1e6, sum.bytes / 1e6 / sum.seconds);
}

/// Whether files are anybody's, without rules and with those of several sets, in turns.
void measure_claims(const std::vector<File>& files, const Rules& builtin) {
  constexpr int kRounds = 9;
  struct Set {
    const char* name;
    Rules rules;
    double best = 1e9;
  };
  std::array<Set, 3> sets{Set{"no rules", Rules{}}, Set{"rules of the program", builtin},
                          Set{"300 that match nothing", idle_rules(300)}};
  for (int round = 0; round < kRounds; ++round)
    for (Set& set : sets) {
      const double start = processor_seconds();
      for (const File& file : files) {
        WholeSource source(file.content);
        is_claimed(set.rules, file.name, file.name, {file.name, source.head(), source});
      }
      set.best = std::min(set.best, processor_seconds() - start);
    }
  for (const Set& set : sets)
    std::printf("%-24s %5.0f ns a file to tell whose it is\n", set.name,
                set.best * 1e9 / static_cast<double>(files.size()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: rules FOLDER...\n");
    return 2;
  }
  std::vector<File> files;
  for (int i = 1; i < argc; ++i) read_files(argv[i], files);
  const Rules builtin = builtin_rules();
  measure_texts(files, builtin);
  measure_claims(files, builtin);
}
