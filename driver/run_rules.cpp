#include "driver/run_rules.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "driver/report/publish.h"
#include "driver/report/text.h"
#include "driver/rule_files.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "rules/format_time.h"
#include "rules/option_words.h"

namespace normalize {
namespace {

void warn_of_the_future(const Epoch& epoch, const ReportOptions& report) {
  if (epoch.seconds <= std::time(nullptr)) return;
  const std::string text = epoch.origin + ": " + std::to_string(epoch.seconds) + " (" +
                           format_time(epoch.seconds) + ") is in the future";
  write_standard_error(diagnostic(Remark::Kind::damaged, text, color_on_stderr(report)));
}

bool is_of_epoch(const FileOption& option) {
  return option.name == "epoch" || option.name == "epoch-from";
}

bool has_variable() {
  const char* const variable = std::getenv("SOURCE_DATE_EPOCH");
  return variable && *variable;
}

/// The options of one file, which count less than those that were taken before.
void take(RuleFiles::Options options, OptionParser& parser, EpochChoice& epoch) {
  if (epoch.made() || has_variable()) std::erase_if(options, is_of_epoch);
  parser.take_lesser(options);
  const auto of_epoch = std::ranges::find_if(options, is_of_epoch);
  if (of_epoch != options.end()) epoch.place = of_epoch->place;
}

void require_epoch(const Rules& rules, const std::string& option) {
  if (rules.time_mode == TimeMode::set && !rules.epoch)
    throw UsageError(option +
                     ": there is no epoch to set times to (--epoch, --epoch-from or "
                     "SOURCE_DATE_EPOCH)");
}

/// What the options of trees make of the rules of a run.
class TreeRules {
 public:
  /// `said` before the files that were found were taken.
  TreeRules(const RunRules& run, std::vector<OptionParser::Said> said)
      : run_(run), said_(std::move(said)), formats_(switchable_formats()) {}

  void settle(const RuleFiles::OfTree& tree, RuleBook& book) const {
    const auto of_book =
        std::ranges::find(book.trees, tree.root, [](const auto& each) { return each.root; });
    Rules rules = run_.rules;
    for (const FileOption& option : tree.options) {
      if (option.name == "exclude")
        of_book->excludes.push_back(option.value);
      else if (option.name == "formats" || !is_said(option.name))
        (*set_option(option.name, option.value, formats_))(rules);
    }
    for (const OptionParser::Said& said : said_)
      if (said.name == "formats") switch_formats(said.value, formats_, rules);
    require_epoch(rules, tree.root + ".normalize.toml: time");
    // The book holds itself this way, without counting.
    rules.rule_book = std::shared_ptr<const RuleBook>(std::shared_ptr<void>(), &book);
    of_book->options = std::move(rules);
  }

 private:
  bool is_said(const std::string& name) const {
    if (name == "epoch" && (has_variable() || is_said("epoch-from"))) return true;
    return std::ranges::any_of(said_, [&](const auto& said) { return said.name == name; });
  }

  const RunRules& run_;
  std::vector<OptionParser::Said> said_;
  std::vector<std::string> formats_;
};

}  // namespace

RunRules settle_rules(OptionParser& parser, Rules& rules, EpochChoice& choice,
                      const std::vector<std::string>& paths, const ReportOptions& report,
                      TreeFiles tree_files) {
  const RuleFiles files = load_rule_files(rules.rule_files, paths);
  for (const auto& options : files.given) take(options, parser, choice);
  const std::vector<OptionParser::Said> said = parser.said();
  for (const auto& options : files.found) take(options, parser, choice);

  const auto epoch = choose_epoch(choice, std::getenv("SOURCE_DATE_EPOCH"), paths);
  RunRules settled{rules, epoch ? epoch->origin : ""};
  settled.rules.rule_book = files.book;
  if (epoch) {
    settled.rules.epoch = epoch->seconds;
    warn_of_the_future(*epoch, report);
  }
  require_epoch(settled.rules, "--time=set");
  if (tree_files == TreeFiles::count)
    for (const RuleFiles::OfTree& tree : files.trees)
      if (!tree.options.empty()) TreeRules(settled, said).settle(tree, *files.book);
  return settled;
}

}  // namespace normalize
