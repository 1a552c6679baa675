#include "rules/option_words.h"

#include <algorithm>

#include "rules/epoch.h"

namespace normalize {

const std::map<std::string, TimeMode> kTimeWords{{"clamp", TimeMode::clamp},
                                                 {"set", TimeMode::set}};
const std::map<std::string, Profile> kProfileWords{{"safe", Profile::safe},
                                                   {"strict", Profile::strict}};
const std::map<std::string, Recompress> kRecompressWords{
    {"keep", Recompress::keep}, {"canonical", Recompress::canonical}, {"store", Recompress::store}};
const std::map<std::string, SignedFiles> kSignedWords{
    {"skip", SignedFiles::skip}, {"fail", SignedFiles::fail}, {"strip", SignedFiles::strip}};
const std::map<std::string, bool> kOrderWords{{"sort", true}, {"keep", false}};
const std::map<std::string, Owners> kOwnersWords{{"root", Owners::root},
                                                 {"names", Owners::names},
                                                 {"system", Owners::system},
                                                 {"keep", Owners::keep}};
const std::map<std::string, PycMode> kPycWords{{"clamp", PycMode::clamp},
                                               {"zero", PycMode::zero},
                                               {"checked-hash", PycMode::checked_hash},
                                               {"unchecked-hash", PycMode::unchecked_hash},
                                               {"keep", PycMode::keep},
                                               {"recompile", PycMode::recompile}};

namespace {

std::string joined(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// "+zip", "-all"
void switch_format(std::string_view word, std::span<const std::string> known, Rules& rules) {
  if (!word.starts_with('+') && !word.starts_with('-'))
    throw WordError("names behind + or -, such as -all,+zip", word);
  const std::string_view name = word.substr(1);
  if (name != "all" && std::ranges::find(known, name) == known.end())
    throw WordError("all or one of " + joined(known), name);
  for (const std::string& format : known) {
    if (name != "all" && name != format) continue;
    if (word.starts_with('-'))
      rules.disabled_formats.insert(format);
    else
      rules.disabled_formats.erase(format);
  }
}

template <typename T, typename U>
SetOption setter(const std::map<std::string, T>& words, const std::string& text, U Rules::*member) {
  return [value = value_of(words, text), member](Rules& rules) { rules.*member = value; };
}

SetOption epoch_setter(const std::string& text) {
  const auto seconds = parse_epoch(text);
  if (!seconds) throw WordError("seconds since 1970 in digits", text);
  return [seconds](Rules& rules) { rules.epoch = seconds; };
}

SetOption formats_setter(const std::string& list, std::span<const std::string> known) {
  Rules tried;
  switch_formats(list, known, tried);
  return [list, names = std::vector(known.begin(), known.end())](Rules& rules) {
    switch_formats(list, names, rules);
  };
}

}  // namespace

void switch_formats(std::string_view list, std::span<const std::string> known, Rules& rules) {
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    switch_format(list.substr(start, end - start), known, rules);
    start = end + 1;
  }
}

PathMapping path_mapping(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) throw WordError("OLD=NEW", text);
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::optional<SetOption> set_option(std::string_view option, const std::string& value,
                                    std::span<const std::string> known_formats) {
  if (option == "time") return setter(kTimeWords, value, &Rules::time_mode);
  if (option == "profile") return setter(kProfileWords, value, &Rules::profile);
  if (option == "recompress") return setter(kRecompressWords, value, &Rules::recompress);
  if (option == "signed") return setter(kSignedWords, value, &Rules::signed_files);
  if (option == "order") return setter(kOrderWords, value, &Rules::sort_members);
  if (option == "owners") return setter(kOwnersWords, value, &Rules::owners);
  if (option == "pyc") return setter(kPycWords, value, &Rules::pyc_mode);
  if (option == "epoch") return epoch_setter(value);
  if (option == "formats") return formats_setter(value, known_formats);
  if (option == "map")
    return [mapping = path_mapping(value)](Rules& rules) { rules.path_map.push_back(mapping); };
  return std::nullopt;
}

}  // namespace normalize
