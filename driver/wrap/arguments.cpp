#include "driver/wrap/arguments.h"

#include <algorithm>

namespace normalize::wrap {
namespace {

bool is_among(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::string_view each = list.substr(0, list.find(' '));
    if (each == name) return true;
    list.remove_prefix(std::min(each.size() + 1, list.size()));
  }
  return false;
}

bool takes_value(std::string_view letters, char letter) {
  const std::size_t at = letters.find(letter);
  return letter != ':' && at != std::string_view::npos && letters.substr(at + 1).starts_with(':');
}

}  // namespace

Arguments::Arguments(const std::vector<std::string>& words, const Syntax& syntax)
    : syntax_(syntax) {
  for (std::size_t next = 0; next < words.size();) {
    const std::string_view word = words[next++];
    const bool ends = word == "--";
    if (!ends && word.size() > 2 && word.starts_with("--")) {
      take_long(word.substr(2), words, next);
    } else if (!ends && word.size() > 1 && word.starts_with('-')) {
      if (syntax.single_dash && word.size() > 2)
        take_long(word.substr(1), words, next);
      else
        take_letters(word.substr(1), words, next);
    } else {
      if (!ends) operands_.emplace_back(word);
      if (!ends && !syntax.operands_last) continue;
      for (; next < words.size(); ++next) operands_.push_back(words[next]);
    }
  }
}

void Arguments::take_long(std::string_view text, const std::vector<std::string>& words,
                          std::size_t& next) {
  const std::size_t equals = text.find('=');
  Given given{std::string(text.substr(0, equals)), ""};
  if (equals != std::string_view::npos)
    given.value = text.substr(equals + 1);
  else if (is_among(syntax_.long_with_value, given.name) && next < words.size())
    given.value = words[next++];
  given_.push_back(std::move(given));
}

void Arguments::take_letters(std::string_view text, const std::vector<std::string>& words,
                             std::size_t& next) {
  for (; !text.empty(); text.remove_prefix(1)) {
    Given given{std::string(text.substr(0, 1)), ""};
    const bool has_value = takes_value(syntax_.letters, text.front());
    if (has_value && text.size() > 1)
      given.value = text.substr(1);
    else if (has_value && next < words.size())
      given.value = words[next++];
    given_.push_back(std::move(given));
    if (has_value) return;
  }
}

std::vector<std::string> Arguments::values(std::initializer_list<std::string_view> names) const {
  std::vector<std::string> result;
  for (const Given& given : given_)
    if (std::ranges::find(names, given.name) != names.end()) result.push_back(given.value);
  return result;
}

std::optional<std::string> Arguments::value(std::initializer_list<std::string_view> names) const {
  std::vector<std::string> all = values(names);
  if (all.empty()) return std::nullopt;
  return std::move(all.back());
}

bool Arguments::has(std::initializer_list<std::string_view> names) const {
  return value(names).has_value();
}

}  // namespace normalize::wrap
