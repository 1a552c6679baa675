#include "driver/wrap/environment.h"

#include <locale.h>
#include <clocale>

#include <algorithm>
#include <map>

extern char** environ;

namespace normalize::wrap {
namespace {

bool applies(When when, const Situation& situation) {
  switch (when) {
    case When::always:
      return true;
    case When::with_epoch:
      return situation.epoch.has_value();
    case When::for_users:
      return !situation.as_root && situation.root_owned;
    case When::root_owned:
      return situation.root_owned;
  }
  return false;
}

std::string with_epoch(std::string text, const Situation& situation) {
  constexpr std::string_view kPlace = "{epoch}";
  if (const std::size_t at = text.find(kPlace); at != std::string::npos)
    text.replace(at, kPlace.size(), std::to_string(situation.epoch.value_or(0)));
  return text;
}

/// Names in UTF-8 pass through libarchive in this locale; not every system has it.
std::string plain_locale() {
  constexpr const char* kPreferred = "C.UTF-8";
  const locale_t locale = ::newlocale(LC_ALL_MASK, kPreferred, locale_t{});
  if (locale == locale_t{}) return "C";
  ::freelocale(locale);
  return kPreferred;
}

std::map<std::string, std::string> variables_of(const Call& call, const Situation& situation) {
  std::map<std::string, std::string> result;
  for (const Variable& variable : call.variables) {
    if (!applies(variable.when, situation)) continue;
    std::string& value = result[variable.name];
    value += (value.empty() ? "" : " ") + with_epoch(variable.text, situation);
  }
  return result;
}

}  // namespace

Environment Environment::of_caller() {
  Environment result;
  for (char** entry = environ; *entry; ++entry)
    // main() says so where the caller says nothing, and it means the same.
    if (std::string_view(*entry) != "TZ=:/etc/localtime") result.entries_.emplace_back(*entry);
  return result;
}

bool Environment::has(const std::string& name) const {
  return std::ranges::any_of(
      entries_, [&](const std::string& entry) { return entry.starts_with(name + "="); });
}

void Environment::remove(const std::string& name) {
  std::erase_if(entries_, [&](const std::string& entry) { return entry.starts_with(name + "="); });
}

void Environment::set(const std::string& name, const std::string& value) {
  remove(name);
  entries_.push_back(name + "=" + value);
}

void settle_environment(Environment& environment, const Call& call, const Situation& situation) {
  environment.set("TZ", "UTC");
  environment.set("LC_ALL", plain_locale());
  environment.remove("LANGUAGE");  // gettext looks at it even so
  environment.set("PYTHONHASHSEED", "0");
  environment.remove("SOURCE_DATE_EPOCH");
  if (situation.epoch && !call.without_epoch) {
    environment.set("SOURCE_DATE_EPOCH", std::to_string(*situation.epoch));
    environment.set("FORCE_SOURCE_DATE", "1");  // TeX asks for more than the epoch
  }
  for (const auto& [name, value] : variables_of(call, situation))
    if (!environment.has(name)) environment.set(name, value);
}

std::vector<std::string> with_switches(std::vector<std::string> arguments, const Call& call,
                                       const Situation& situation) {
  std::vector<std::string> added;
  for (const Switch& each : call.switches)
    if (applies(each.when, situation))
      for (const std::string& word : each.words) added.push_back(with_epoch(word, situation));
  const auto at = static_cast<std::ptrdiff_t>(std::min(call.switches_at, arguments.size()));
  arguments.insert(arguments.begin() + at, added.begin(), added.end());
  return arguments;
}

}  // namespace normalize::wrap
