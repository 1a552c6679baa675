// The one file that includes CLI11, which takes seconds to compile. CLI11 splits the command line
// and lays out --help; values are texts until here, so that our own messages judge them. The
// command itself, and what follows "--", never get there: it would take a path that is spelled like
// a command for one.

#include "driver/options/parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "driver/help.h"
#include "driver/options/manual.h"
#include "driver/options/table.h"
#include "driver/usage_error.h"

namespace normalize {
namespace {

/// Lays out --help for a terminal of 80 columns, which CLI11 would not; nor would it know of the
/// paths, which it never sees.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string name) const override {
    return "Usage: " + name + "\n";
  }
  std::string make_option(const CLI::Option* option, bool) const override {
    std::string names = "  " + option->get_name(false, true);
    if (const std::size_t value = names.find("{false}"); value != names.npos) names.erase(value);
    if (!option->get_type_name().empty()) names += " " + option->get_type_name();
    return option_help(names, option->get_description());
  }
};

/// CLI11 takes "--name=" for an option whose value is yet to come.
void reject_empty_values(const std::vector<std::string>& words) {
  for (const std::string& word : words)
    if (word.size() > 3 && word.starts_with("--") && word.ends_with('=') &&
        word.find('=') == word.size() - 1)
      throw UsageError(word.substr(0, word.size() - 1) + ": needs a value");
}

std::string problem_of(const CLI::ParseError& error) {
  const std::string text = error.what();  // "--jobs: 1 required N missing"
  if (!dynamic_cast<const CLI::ArgumentMismatch*>(&error)) return text;
  return text.substr(0, text.find(':')) + ": needs a value";
}

/// Before "--" what CLI11 made nothing of are paths, and options that we do not have.
void reject_options(const std::vector<std::string>& left_over) {
  for (const std::string& word : left_over)
    if (word.size() > 1 && word.starts_with('-'))
      throw UsageError(word + ": no such option (a path that begins with - goes behind --)");
}

/// "-j,--jobs" is "jobs".
std::string long_name(const std::string& names) {
  const std::size_t begin = names.find("--") + 2;
  return names.substr(begin, names.find(',', begin) - begin);
}

}  // namespace

struct OptionParser::App : CLI::App {
  using CLI::App::App;

  DescribedCommand described;
  void describe(const std::string& names, const std::string& value, const std::string& help) {
    described.options.push_back({names, value, help, {}});
  }
};

OptionParser::OptionParser(const std::string& summary, const std::string& usage)
    : app_(std::make_unique<App>(summary, usage)) {
  app_->allow_extras();
  app_->set_help_flag("-h,--help",
                      "Prints this; --help=man prints the manual page, --help=options a table");
  app_->described = {summary, usage, {}, ""};
  app_->describe("-h,--help", "", "Prints the options in short");
  app_->formatter(std::make_shared<HelpFormatter>());
}

OptionParser::~OptionParser() = default;

void OptionParser::add(const std::string& names, const std::string& value, const std::string& help,
                       Take take) {
  app_->describe(names, value, help);
  app_->add_option_function<std::string>(
          names, remembered(names, std::move(take), false, Counts::last), help)
      ->type_name(value)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

void OptionParser::add_repeated(const std::string& names, const std::string& value,
                                const std::string& help, Take take, Counts counts) {
  app_->describe(names, value, help);
  const auto take_each = [take = remembered(names, std::move(take), true, counts)](
                             const std::vector<std::string>& values) {
    for (const std::string& each : values) take(each);
  };
  app_->add_option_function<std::vector<std::string>>(names, take_each, help)
      ->type_name(value)
      ->expected(1)
      ->allow_extra_args(false)  // CLI11 would go on to take the paths, and split "[ab]"
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void OptionParser::add_flag(const std::string& names, const std::string& help, bool& target) {
  app_->describe(names, "", help);
  const auto take = remembered(
      names, [&target](const std::string& word) { target = word == "true"; }, false, Counts::last);
  app_->add_flag_function(
      names, [take](std::int64_t) { take("true"); }, help);
}

void OptionParser::add_switch(const std::string& names, const std::string& help, Take take) {
  app_->describe(names, "", help);
  app_->add_flag(names, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->each(remembered(names, std::move(take), false, Counts::last));
}

OptionParser::Take OptionParser::remembered(const std::string& names, Take take, bool repeated,
                                            Counts counts) {
  known_.push_back({long_name(names), take, repeated, counts});
  return [this, name = long_name(names), take = std::move(take)](const std::string& value) {
    said_.push_back({name, value});
    take(value);
  };
}

void OptionParser::keep(const std::vector<std::string>& names) {
  kept_.insert(kept_.end(), names.begin(), names.end());
}

void OptionParser::take_lesser(const std::vector<FileOption>& options) {
  for (const Known& known : known_) {
    if (std::ranges::find(kept_, known.name) != kept_.end()) continue;
    std::vector<Said> values;
    for (const FileOption& option : options)
      if (option.name == known.name) values.push_back({option.name, option.value});
    if (!values.empty()) take_lesser(known, std::move(values));
  }
}

void OptionParser::take_lesser(const Known& known, std::vector<Said> values) {
  const auto is_this = [&](const Said& said) { return said.name == known.name; };
  const bool has_been_said = std::ranges::any_of(said_, is_this);
  if (has_been_said && !known.repeated) return;
  for (const Said& value : values) known.take(value.value);
  // What counts more has to be taken after it.
  if (known.counts == Counts::last)
    for (const Said& said : said_)
      if (is_this(said)) known.take(said.value);
  const bool in_front = known.counts == Counts::last;
  said_.insert(in_front ? said_.begin() : said_.end(), values.begin(), values.end());
}

void OptionParser::set_footer(const std::string& text) {
  app_->footer(text);
  app_->described.footer = text;
}

void OptionParser::tell_word(const std::string& word) {
  app_->described.options.back().words.push_back(word);
}

OptionParser::Parsed OptionParser::parse(const std::vector<std::string>& words) {
  const auto mark = std::ranges::find(words, "--");
  std::vector<std::string> in_front(words.begin(), mark);
  if (std::ranges::find(in_front, "--help=man") != in_front.end())
    return {manual_page(app_->described), {}};
  if (std::ranges::find(in_front, "--help=options") != in_front.end())
    return {option_table(app_->described), {}};
  reject_empty_values(in_front);
  std::ranges::reverse(in_front);  // CLI11 takes them from the back
  try {
    app_->parse(std::move(in_front));
  } catch (const CLI::CallForHelp&) {
    return {app_->help(), {}};
  } catch (const CLI::ParseError& error) {
    throw UsageError(problem_of(error));
  }
  Parsed parsed{"", app_->remaining()};
  reject_options(parsed.paths);
  if (mark != words.end()) parsed.paths.insert(parsed.paths.end(), mark + 1, words.end());
  return parsed;
}

}  // namespace normalize
