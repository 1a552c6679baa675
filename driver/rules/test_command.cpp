// `rules test`: a rule file is read as a run would read it, and each of its rules tried alone on
// samples.

#include "driver/diff/unified.h"
#include "driver/help.h"
#include "driver/options/groups.h"
#include "driver/report/escape.h"
#include "driver/report/exit_status.h"
#include "driver/rule_files.h"
#include "driver/rules/commands.h"
#include "driver/rules/words.h"
#include "driver/run_rules.h"
#include "driver/standard_streams.h"
#include "driver/usage_error.h"
#include "normalizers/normalize.h"
#include "normalizers/ruling.h"
#include "normalizers/text/treatments.h"

namespace normalize {
namespace {

struct TestOptions {
  Rules rules;
  EpochChoice epoch;
  PluginOptions plugins;
  ReportOptions report;
};

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

bool writes_times(const Rule& rule) {
  return std::ranges::any_of(rule.replace, [](const auto& each) { return each.with.has_time(); }) ||
         std::ranges::any_of(rule.set_key, [](const auto& each) { return each.value.has_time(); });
}

/// Tries one rule on one file, with none of the others.
class Trial {
 public:
  Trial(const std::shared_ptr<const Rule>& rule, const Rules& rules, Services* services)
      : rule_(*rule), rules_(rules), services_(services) {
    rules_.rule_book = std::make_shared<const RuleBook>(RuleBook{RuleSet({rule}), {}, {}, {}});
  }

  std::string run(const std::string& path, const Bytes& sample) {
    WholeSource source(sample);
    const Result result = normalize_source(path, source, rules_, nullptr, services_);
    std::string text = "  " + name_and_place(rule_) + ": " + verdict(path, source, result) + "\n";
    for (const Remark& remark : result.journal.remarks)
      text += "    " + (remark.member.empty() ? "" : escape(remark.member) + ": ") +
              escape(remark.text) + "\n";
    if (result.outcome == Result::Outcome::changed && changes(result) > 0)
      text += changed_lines(sample, result.content.to_bytes());
    return text;
  }

 private:
  static std::size_t changes(const Result& result) {
    std::size_t count = 0;
    for (const Finding& finding : result.journal.findings) count += finding.format == kRuleFormat;
    return count;
  }

  std::string verdict(const std::string& path, Source& source, const Result& result) const {
    if (const std::size_t count = changes(result); count > 0) return counted(count, "change");
    const RuleBook& book = *rules_.rule_book;
    const Mismatch mismatch =
        RuleSet::mismatch(rule_, book.placed(path, path), as_text(source.head()), rules_.profile);
    if (mismatch != Mismatch::none) return "does not apply: " + escape(why_not(rule_, mismatch));
    if (!rule_.treats_text()) return "applies (" + what_it_does(rule_) + ")";
    const std::string nothing = "applies, changes nothing";
    if (!writes_times(rule_)) return nothing;
    if (!rules_.epoch && !rules_.strict())
      return nothing + ": without an epoch times stay (--epoch)";
    const std::string odd = unread_time(as_text(source.all()));
    return odd.empty() ? nothing : nothing + ": no time as its with writes it: " + odd;
  }

  /// The first text that is found and tells no time in the way that the rule would write it.
  std::string unread_time(std::string_view text) const {
    std::vector<std::string_view> groups;
    for (const Replacing& how : rule_.replace)
      if (how.find.find(text, 0, reached_bytes(how.reach, text), groups) &&
          !how.with.fill(groups, rules_))
        return diff::shown_line(groups.front());
    return "";
  }

  static std::string changed_lines(const Bytes& before, const Bytes& after) {
    if (!diff::is_text(as_text(before)) || !diff::is_text(as_text(after))) return "";
    std::string diff = diff::unified_diff(as_text(before), as_text(after)), text;
    for (std::size_t at = 0; at < diff.size();) {
      const std::size_t end = std::min(diff.find('\n', at), diff.size());
      text += "    " + diff.substr(at, end - at) + "\n";
      at = end + 1;
    }
    return text;
  }

  const Rule& rule_;
  Rules rules_;
  Services* const services_;
};

std::string trials(const RuleFile& file, const std::vector<std::string>& samples,
                   const Rules& rules, Services* services) {
  std::string text;
  for (const std::string& path : samples) {
    const Bytes sample = read_whole_file(path);
    text += escape(path) + "\n";
    for (const auto& rule : file.rules) text += Trial(rule, rules, services).run(path, sample);
  }
  return text;
}

}  // namespace

int test_rules(const std::vector<std::string>& words) {
  TestOptions options;
  OptionParser parser(
      "Checks a rule file as a run would, and tries each of its rules on samples: why it does not "
      "apply, or what it changes. What would change its own result again is told.",
      "normalize rules test [OPTION]... FILE [SAMPLE]...");
  add_epoch_options(parser, options.epoch);
  parser.add_choice<Profile>("--profile", "NAME", "safe (default) or strict", options.rules.profile,
                             kProfileWords);
  add_plugin_options(parser, options.plugins);
  const OptionParser::Parsed parsed = parser.parse(words);
  if (!parsed.help.empty()) return write_standard_output(parsed.help), ExitStatus::kNormal;
  if (parsed.paths.empty()) throw UsageError("rules test takes a rule file, and samples");
  const std::vector<std::string> samples(parsed.paths.begin() + 1, parsed.paths.end());

  options.rules.rule_files = {parsed.paths.front()};
  const RunRules settled =
      settle_rules(parser, options.rules, options.epoch, samples, options.report);
  const RuleFile file = read_rule_file(parsed.paths.front());
  const auto services = services_for(settled.rules, 1, options.plugins, Confinement::never);
  write_standard_output(escape(parsed.paths.front()) + ": " + counted(file.rules.size(), "rule") +
                        ", " + counted(file.options.size(), "option") + "\n" +
                        trials(file, samples, settled.rules, services.get()));
  return ExitStatus::kNormal;
}

}  // namespace normalize
