#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace normalize::wrap {

/// How a program takes its options.
struct Syntax {
  /// Letters of options, as getopt(3) has them: "p:" takes a value. Others are flags.
  std::string_view letters;
  /// Long names that take a value, without dashes, parted by blanks.
  std::string_view long_with_value = {};
  /// Whether a single dash, too, is in front of a long name, as in mkisofs.
  bool single_dash = false;
  /// Whether options end with the first operand.
  bool operands_last = false;
};

/// The command line of a program that is not ours, split as that program would. Options that
/// Syntax does not know, as those of a later version, are taken for flags: nothing is refused.
class Arguments {
 public:
  Arguments(const std::vector<std::string>& words, const Syntax& syntax);

  /// Whether an option was given by one of these names: "p", "output".
  bool has(std::initializer_list<std::string_view> names) const;
  /// The last value it was given, or the values of all times.
  std::optional<std::string> value(std::initializer_list<std::string_view> names) const;
  std::vector<std::string> values(std::initializer_list<std::string_view> names) const;

  const std::vector<std::string>& operands() const { return operands_; }
  /// The first operand, or nothing: the command, where a program has commands.
  std::string_view command() const {
    return operands_.empty() ? std::string_view() : operands_.front();
  }

 private:
  struct Given {
    std::string name, value;
  };
  void take_long(std::string_view text, const std::vector<std::string>& words, std::size_t& next);
  void take_letters(std::string_view text, const std::vector<std::string>& words,
                    std::size_t& next);

  const Syntax syntax_;
  std::vector<Given> given_;
  std::vector<std::string> operands_;
};

}  // namespace normalize::wrap
