#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "rules/rules.h"

/// The words that options of the command line and of rule files are given as.
namespace normalize {

extern const std::map<std::string, TimeMode> kTimeWords;
extern const std::map<std::string, Profile> kProfileWords;
extern const std::map<std::string, Recompress> kRecompressWords;
extern const std::map<std::string, SignedFiles> kSignedWords;
extern const std::map<std::string, bool> kOrderWords;
extern const std::map<std::string, Owners> kOwnersWords;
extern const std::map<std::string, PycMode> kPycWords;

/// A word that none of those is; what() says what was expected: "clamp or set".
class WordError : public std::runtime_error {
 public:
  WordError(const std::string& expected, std::string_view got)
      : std::runtime_error(expected), got_(got) {}
  const std::string& got() const { return got_; }

 private:
  std::string got_;
};

/// The value that `text` stands for. Throws WordError.
template <typename T>
T value_of(const std::map<std::string, T>& words, const std::string& text) {
  if (const auto found = words.find(text); found != words.end()) return found->second;
  std::string expected;
  for (const auto& [word, value] : words) expected += (expected.empty() ? "" : " or ") + word;
  throw WordError(expected, text);
}

/// Switches formats off and on, from left to right: "-all,+zip". "rule" among `known` are rules.
/// Throws WordError.
void switch_formats(std::string_view list, std::span<const std::string> known, Rules& rules);

/// "OLD=NEW"; NEW may be empty. Throws WordError.
PathMapping path_mapping(const std::string& text);

/// Sets what one option is about. `option`: its name on the command line without dashes; unset
/// where no file's rules have it. Throws WordError.
using SetOption = std::function<void(Rules&)>;
std::optional<SetOption> set_option(std::string_view option, const std::string& value,
                                    std::span<const std::string> known_formats);

}  // namespace normalize
