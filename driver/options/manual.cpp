#include "driver/options/manual.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace normalize {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};

/// NORMALIZE_RELEASE_DATE, "2026-11-22", as .Dd has it: "November 22, 2026".
std::string release_date() {
  const std::string date = NORMALIZE_RELEASE_DATE;
  const auto month = static_cast<std::size_t>(std::stoul(date.substr(5, 2)));
  return std::string(kMonths.at(month - 1)) + " " + std::to_string(std::stoul(date.substr(8, 2))) +
         ", " + date.substr(0, 4);
}

bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

std::vector<std::string> words_of(std::string_view text, std::string_view between = " \n") {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find_first_of(between));
    if (!word.empty()) words.emplace_back(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return words;
}

/// A word for a page: what roff(7) would take for an escape or a request is none, and what begins
/// an option is a minus sign instead of a hyphen.
std::string escaped(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool begins = i == 0 || word[i - 1] == '(' || word[i - 1] == '-' || word[i - 1] == '`';
    if (word[i] == '\\')
      out += "\\e";
    else if (word[i] == '-' && begins)
      out += "\\-";
    else
      out += word[i];
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

/// A paragraph in short lines, in which each sentence begins a line, as mdoc(7) wants it.
std::string sentences(std::string_view text) {
  constexpr std::size_t kWidth = 78;
  std::string out, line;
  bool ended = false;
  for (const std::string& word : words_of(text)) {
    const std::string next = escaped(word);
    const bool begins = ended && (is_upper(word.front()) || word.front() == '-');
    if (!line.empty() && (begins || line.size() + 1 + next.size() > kWidth)) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + next;
    ended = word.ends_with('.');
  }
  return line.empty() ? out : out + line + "\n";
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char letter) {
    return is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return text;
}

/// "PATH..." is ".Ar path ..."; "[OPTION]..." is ".Op Ar option ..."; "-o" is ".Fl o".
std::string synopsis_macro(std::string word) {
  std::string more;
  if (word.ends_with("...")) {
    word.resize(word.size() - 3);
    more = " ...";
  }
  if (word.starts_with('[') && word.ends_with(']'))
    return ".Op Ar " + lower(word.substr(1, word.size() - 2)) + more + "\n";
  if (word == "--") return ".Fl \\&-\n";
  if (word.starts_with('-')) return ".Fl " + escaped(word.substr(1)) + "\n";
  if (std::ranges::any_of(word, is_upper)) return ".Ar " + lower(word) + more + "\n";
  return ".Cm " + word + more + "\n";
}

std::string synopsis(const std::vector<std::string>& words) {
  std::string out = ".Sh SYNOPSIS\n.Nm normalize\n";
  for (const std::string& word : words) out += synopsis_macro(word);
  return out;
}

std::string head(const std::string& page, std::string summary) {
  if (summary.ends_with('.')) summary.pop_back();
  std::string title = page;
  std::ranges::transform(title, title.begin(), [](unsigned char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A')
                                          : static_cast<char>(letter);
  });
  return ".\\\" Made from the text of --help.\n.Dd " + release_date() + "\n.Dt " + title +
         " 1\n.Os\n.Sh NAME\n.Nm " + page + "\n.Nd " + summary + "\n";
}

std::string item(const DescribedOption& option) {
  std::string out = ".It";
  std::string_view between;
  for (const std::string& name : spellings(option)) {
    out.append(between).append(" Fl ").append(escaped(name.substr(1)));
    between = " ,";
  }
  if (!option.value.empty()) out += " Ar " + lower(option.value);
  return out + "\n" + sentences(option.help + ".");
}

/// "Exit status: ..." and "Limits: ..." become sections, other paragraphs stay.
std::string paragraphs(std::string_view text) {
  constexpr std::string_view kExit = "Exit status: ", kLimits = "Limits: ";
  std::string out, before;
  while (!text.empty()) {
    std::string_view paragraph = text.substr(0, text.find("\n\n"));
    text.remove_prefix(std::min(paragraph.size() + 2, text.size()));
    while (paragraph.ends_with('\n')) paragraph.remove_suffix(1);
    if (paragraph.starts_with(kExit))
      out += ".Sh EXIT STATUS\n" + sentences(paragraph.substr(kExit.size()));
    else if (paragraph.starts_with(kLimits))
      out += ".Sh LIMITS\n" + sentences(paragraph.substr(kLimits.size()));
    else
      before += ".Pp\n" + sentences(paragraph);
  }
  return before + out;
}

/// To the pages of all commands, in the order of their names.
std::string references(std::span<const CommandSummary> commands) {
  std::vector<std::string_view> names;
  for (const CommandSummary& command : commands) names.push_back(command.name);
  std::ranges::sort(names);
  std::string out;
  for (const std::string_view name : names)
    out.append(".Xr normalize-").append(name).append(name == names.back() ? " 1\n" : " 1 ,\n");
  return out;
}

std::string_view summary_of(const std::string& name, const std::string& otherwise) {
  for (const CommandSummary& command : all_commands())
    if (command.name == name) return command.summary;
  return otherwise;
}

}  // namespace

std::vector<std::string> spellings(const DescribedOption& option) {
  std::vector<std::string> names = words_of(option.names, ",");
  for (std::string& name : names)
    if (name.starts_with('!')) name.erase(0, 1);
  return names;
}

std::string manual_page(const DescribedCommand& command) {
  std::vector<std::string> usage = words_of(command.usage);
  usage.erase(usage.begin());
  const std::string name = usage.empty() ? "" : usage.front();
  std::string out = head("normalize-" + name, std::string(summary_of(name, command.summary)));
  out += synopsis(usage) + ".Sh DESCRIPTION\n" + sentences(command.summary);
  if (!command.options.empty()) {
    out += ".Pp\nThe options are:\n.Bl -tag -width Ds\n";
    for (const DescribedOption& option : command.options) out += item(option);
    out += ".El\n";
  }
  return out + paragraphs(command.footer) + ".Sh SEE ALSO\n.Xr normalize 1\n";
}

std::string overall_manual_page(std::string_view purpose, std::span<const CommandSummary> commands,
                                std::string_view footer) {
  std::string out =
      head("normalize", lower(std::string(purpose.substr(0, 1))) + std::string(purpose.substr(1)));
  out += synopsis({"COMMAND", "[OPTION]...", "[ARGUMENT]..."});
  out += ".Sh DESCRIPTION\nThe commands are:\n.Bl -tag -width Ds\n";
  for (const CommandSummary& command : commands) {
    out.append(".It Cm ").append(command.name);
    for (const std::string& word : words_of(command.arguments)) {
      const std::string macro = synopsis_macro(word);
      out.append(" ").append(macro, 1, macro.size() - 2);
    }
    out += "\n" + sentences(std::string(command.summary) + ".");
  }
  out += ".El\n" + paragraphs(footer) + ".Sh SEE ALSO\n";
  return out + references(commands);
}

}  // namespace normalize
