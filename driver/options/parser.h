#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "driver/options/described.h"
#include "driver/options/values.h"
#include "rules/rule_file.h"

namespace normalize {

/// The options of one command: told one by one, then met with a command line. What an option takes
/// is taken in the order of the command line. An option may name several spellings: "-j,--jobs".
class OptionParser {
 public:
  using Take = std::function<void(const std::string& value)>;

  /// `usage`: "normalize apply [OPTION]... PATH..."
  OptionParser(const std::string& summary, const std::string& usage);
  OptionParser(const OptionParser&) = delete;
  OptionParser& operator=(const OptionParser&) = delete;
  ~OptionParser();

  /// An option with a value, the last of which counts, as in a hook that is given more options by
  /// its caller. `value` names it in --help: "SECONDS".
  void add(const std::string& names, const std::string& value, const std::string& help, Take take);
  /// An option that may be repeated, with one value each time. `counts`: which of two values does
  /// that have to do with the same thing.
  enum class Counts { first, last };
  void add_repeated(const std::string& names, const std::string& value, const std::string& help,
                    Take take, Counts counts = Counts::first);
  /// An option without a value; `target`, which outlives the parser, becomes true.
  void add_flag(const std::string& names, const std::string& help, bool& target);
  /// An option whose value may be left out, and which may be said the other way round ("--verify,
  /// !--no-verify"): takes "true", "false" or the value.
  void add_switch(const std::string& names, const std::string& help, Take take);
  /// An option whose value is one of a few words; `target` outlives the parser.
  template <typename T>
  void add_choice(const std::string& name, const std::string& value, const std::string& help,
                  T& target, const std::map<std::string, T>& words) {
    add(name, value, help, [name, words, &target](const std::string& text) {
      target = parse_word(name, words, text);
    });
    tell_words(words);
  }
  /// Names the values that the option takes which was added last.
  template <typename T>
  void tell_words(const std::map<std::string, T>& words) {
    for (const auto& [word, value] : words) tell_word(word);
  }

  /// Options that keep what they are where the command line does not say otherwise.
  void keep(const std::vector<std::string>& names);

  /// What stands at the end of --help.
  void set_footer(const std::string& text);

  struct Parsed {
    /// Of --help, --help=man or --help=options; empty where that was not asked for.
    std::string help;
    /// What is no option, and all behind "--".
    std::vector<std::string> paths;
  };
  /// Throws UsageError; it also is what `take` functions throw.
  Parsed parse(const std::vector<std::string>& words);

  /// An option that somebody has said, by its name without dashes.
  struct Said {
    std::string name, value;
  };
  /// Those of the command line, each with what it was told to take.
  const std::vector<Said>& said() const { return said_; }
  /// Makes those of another parser of the same options the ones that have been said.
  void set_said(std::vector<Said> said) { said_ = std::move(said); }

  /// Takes the options of a file, which count less than what has been said so far, and have been
  /// said from now on. Those that the command does not have are passed over. Throws UsageError
  /// before it takes any after a wrong one.
  void take_lesser(const std::vector<FileOption>& options);

 private:
  void tell_word(const std::string& word);

  struct App;
  struct Known {
    std::string name;
    Take take;
    bool repeated;
    Counts counts;
  };
  /// Remembers an option, and gives what is to be called with what the command line says of it.
  Take remembered(const std::string& names, Take take, bool repeated, Counts counts);
  void take_lesser(const Known& known, std::vector<Said> values);

  std::unique_ptr<App> app_;
  std::vector<Known> known_;
  std::vector<Said> said_;
  std::vector<std::string> kept_;
};

}  // namespace normalize
