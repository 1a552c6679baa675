#include "driver/compat/command_words.h"

#include "driver/usage_error.h"

namespace normalize {
namespace {

using Value = WordOption::Value;

class Splitter {
 public:
  Splitter(std::span<const WordOption> options, const std::vector<std::string>& words,
           Abbreviations abbreviations)
      : options_(options), words_(words), abbreviations_(abbreviations) {}

  CommandWords split() && {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        result_.paths.insert(result_.paths.end(), words_.begin() + at(next_), words_.end());
        break;
      }
      if (word.starts_with("--"))
        take_long(word.substr(2));
      else if (word.size() > 1 && word.starts_with('-'))
        take_letters(word.substr(1));
      else
        result_.paths.push_back(word);
    }
    return std::move(result_);
  }

 private:
  struct Found {
    const WordOption* option = nullptr;
    bool negated = false;
    bool operator==(const Found&) const = default;
  };

  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  void take_long(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const Found found = find(name);
    if (!found.option) throw UsageError("Unknown option: " + name);
    GivenOption given{found.option, std::nullopt, found.negated};
    const bool takes_value =
        found.option->value == Value::required || found.option->value == Value::optional;
    if (equals != std::string::npos) {
      if (!takes_value) throw UsageError("Option " + name + " does not take an argument");
      given.value = text.substr(equals + 1);
    } else {
      given.value = value_of(*found.option, "", name);
    }
    result_.options.push_back(std::move(given));
  }

  void take_letters(const std::string& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const WordOption* option = find_letter(letters[i]);
      if (!option) throw UsageError("Unknown option: " + letters.substr(i, 1));
      const bool takes_value = option->value == Value::required || option->value == Value::optional;
      const std::string rest = takes_value ? letters.substr(i + 1) : "";
      result_.options.push_back({option, value_of(*option, rest, letters.substr(i, 1))});
      if (takes_value) break;
    }
  }

  /// `attached` is what follows the letter in its word.
  std::optional<std::string> value_of(const WordOption& option, const std::string& attached,
                                      const std::string& name) {
    if (option.value == Value::none || option.value == Value::negatable) return std::nullopt;
    if (!attached.empty()) return attached;
    const bool has_next = next_ < words_.size();
    if (option.value == Value::optional && (!has_next || words_[next_].starts_with('-')))
      return std::nullopt;
    if (!has_next) throw UsageError("Option " + name + " requires an argument");
    return words_[next_++];
  }

  const WordOption* find_letter(char letter) const {
    for (const WordOption& option : options_)
      if (option.letter == letter) return &option;
    return nullptr;
  }

  Found find(const std::string& name) const {
    Found start;
    bool ambiguous = false;
    for (const WordOption& option : options_) {
      if (option.name.empty()) continue;
      for (const std::string_view prefix : {"", "no-", "no"}) {
        if (!prefix.empty() && option.value != Value::negatable) continue;
        const std::string full = std::string(prefix).append(option.name);
        const Found found{&option, !prefix.empty()};
        if (full == name) return found;
        if (!full.starts_with(name)) continue;
        ambiguous |= start.option != nullptr && !(start == found);
        start = found;
      }
    }
    if (abbreviations_ == Abbreviations::refused) return {};
    if (ambiguous) throw UsageError("Option " + name + " is ambiguous");
    return start;
  }

  std::span<const WordOption> options_;
  const std::vector<std::string>& words_;
  const Abbreviations abbreviations_;
  std::size_t next_ = 0;
  CommandWords result_;
};

}  // namespace

std::optional<std::string> CommandWords::last(std::string_view name) const {
  for (auto given = options.rbegin(); given != options.rend(); ++given)
    if (given->option->name == name) return given->value.value_or("");
  return std::nullopt;
}

CommandWords split_words(std::span<const WordOption> options, const std::vector<std::string>& words,
                         Abbreviations abbreviations) {
  return Splitter(options, words, abbreviations).split();
}

}  // namespace normalize
